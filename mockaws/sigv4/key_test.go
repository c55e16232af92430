package sigv4_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// TestOneVerifierForEveryScope: a signing key is of one day, region and service
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html,
// "derive a signing key"). A verifier that keeps keys must tell them apart, over
// midnight too.
func TestOneVerifierForEveryScope(t *testing.T) {
	type scoped struct {
		name, keyID, secret, region, service string
		at                                   time.Time
	}
	midnight := time.Date(2025, 1, 31, 0, 0, 0, 0, time.UTC)
	rows := []scoped{
		{"before midnight", testKeyID, testSecret, "us-east-1", "bedrock", midnight.Add(-time.Minute)},
		{"after midnight", testKeyID, testSecret, "us-east-1", "bedrock", midnight.Add(time.Minute)},
		{"another region", testKeyID, testSecret, "eu-central-1", "bedrock", midnight.Add(time.Minute)},
		{"another service", testKeyID, testSecret, "us-east-1", "sqs", midnight.Add(time.Minute)},
		{"another secret", testKeyID, suiteKey, "us-east-1", "bedrock", midnight.Add(time.Minute)},
	}
	var v sigv4.Verifier
	for range 2 { // the second time with all keys kept
		for _, x := range rows {
			r, err := http.NewRequest(http.MethodGet, "https://h/", nil)
			if err != nil {
				t.Fatal(err)
			}
			creds := aws.Credentials{AccessKeyID: x.keyID, SecretAccessKey: x.secret}
			if err := v4.NewSigner().SignHTTP(context.Background(), creds, r, emptyHash, x.service, x.region,
				x.at); err != nil {
				t.Fatal(err)
			}
			rules := sigv4.Rules{Service: x.service, Region: x.region}
			if refusal := judge(&v, arrive(t, r, nil), rules, x.secret, x.at); refusal != nil {
				t.Errorf("%s: %v", x.name, refusal)
			}
		}
	}
}

// TestUnsignedPayload: where the hash of the payload is signed, the words
// UNSIGNED-PAYLOAD are no hash. S3 takes them, and services whose model says so
// (https://smithy.io/2.0/aws/aws-auth.html#aws-auth-unsignedpayload-trait).
func TestUnsignedPayload(t *testing.T) {
	const unsigned = "UNSIGNED-PAYLOAD"
	for _, x := range []struct {
		name   string
		rules  sigv4.Rules
		accept bool
	}{
		{"a service that hashes", sigv4.Rules{Service: "dynamodb"}, false},
		{"a service that takes it", sigv4.Rules{Service: "dynamodb", UnsignedPayload: true}, true},
		{"S3", s3Rules(), true},
	} {
		t.Run(x.name, func(t *testing.T) {
			r, err := http.NewRequest(http.MethodPost, "https://h/", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Amz-Content-Sha256", unsigned)
			creds := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret}
			err = v4.NewSigner(s3Options).
				SignHTTP(context.Background(), creds, r, unsigned, x.rules.Service, "us-east-1", signingTime)
			if err != nil {
				t.Fatal(err)
			}
			refusal := judge(new(sigv4.Verifier), arrive(t, r, nil), x.rules, testSecret, signingTime)
			if (refusal == nil) != x.accept {
				t.Errorf("got %v, want accepted: %v", refusal, x.accept)
			}
		})
	}
}
