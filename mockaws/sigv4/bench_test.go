package sigv4_test

import (
	"bytes"
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
)

// converse is a call of Bedrock with a body of 1 KiB and a session token.
func converse(b *testing.B) *sigv4.Request {
	b.Helper()
	body := bytes.Repeat([]byte("x"), 1024)
	h, err := http.NewRequest("POST", "https://bedrock-runtime.us-east-1.amazonaws.com"+bedrockPath,
		bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	h.Header.Set("Content-Type", "application/json")
	creds := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret, SessionToken: goodToken}
	if err := v4.NewSigner().SignHTTP(context.Background(), creds, h, hashOf(body), "bedrock", "us-east-1",
		signingTime); err != nil {
		b.Fatal(err)
	}
	return arrive(b, h, body)
}

func benchmark(b *testing.B, r *sigv4.Request, rules sigv4.Rules, secret string, at time.Time) {
	b.Helper()
	var v sigv4.Verifier
	b.ReportAllocs()
	b.SetBytes(int64(len(r.Body)))
	for b.Loop() {
		if refusal := judge(&v, r, rules, secret, at); refusal != nil {
			b.Fatal(refusal)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	benchmark(b, converse(b), sigv4.Rules{Service: "bedrock", Region: "us-east-1"}, testSecret, signingTime)
}

func BenchmarkVerifyParallel(b *testing.B) {
	r, rules := converse(b), sigv4.Rules{Service: "bedrock", Region: "us-east-1"}
	var v sigv4.Verifier
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if refusal := judge(&v, r, rules, testSecret, signingTime); refusal != nil {
				b.Fatal(refusal)
			}
		}
	})
}

func BenchmarkVerifyPresigned(b *testing.B) {
	x := goldens[len(goldens)-1]
	benchmark(b, x.request(), x.rules, x.secret, chunkNow)
}

func BenchmarkVerifyChunks(b *testing.B) {
	benchmark(b, signedUpload(), s3Rules(), testSecret, chunkNow)
}

func BenchmarkVerifyAsymmetric(b *testing.B) {
	benchmark(b, multiRegion("*"), sigv4.Rules{Service: "s3", S3: true}, testSecret, signingTime)
}

func BenchmarkRefuse(b *testing.B) {
	r, rules := converse(b), sigv4.Rules{Service: "bedrock", Region: "us-east-1"}
	var v sigv4.Verifier
	b.ReportAllocs()
	for b.Loop() {
		if judge(&v, r, rules, "wrong", signingTime) == nil {
			b.Fatal("accepted")
		}
	}
}

func BenchmarkExplainNothingFound(b *testing.B) {
	r, rules := converse(b), sigv4.Rules{Service: "bedrock", Region: "us-east-1"}
	a, _ := sigv4.Parse(r, rules, signingTime)
	b.ReportAllocs()
	for b.Loop() {
		if mistakes.Explain(r, a, rules, "wrong").Found {
			b.Fatal("found")
		}
	}
}
