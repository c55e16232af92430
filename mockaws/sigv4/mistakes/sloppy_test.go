package mistakes_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	now        = "20250130T204631Z"
	scope      = "20250130/us-east-1/bedrock/aws4_request"
	testKeyID  = "AKIAIOSFODNN7EXAMPLE"
	testSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	goodSign   = "0000000000000000000000000000000000000000000000000000000000000000"
	emptyHash  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

var signingTime = time.Date(2025, 1, 30, 20, 46, 31, 0, time.UTC)

var s3Rules = sigv4.Rules{Service: "s3", SkewWindow: 15 * time.Minute, S3: true}

// judge reads a request and verifies its signature.
func judge(r *sigv4.Request, rules sigv4.Rules, secret string) *verdict.Refusal {
	a, refusal := sigv4.Parse(r, rules, signingTime)
	if refusal != nil {
		return refusal
	}
	return new(sigv4.Verifier).Verify(r, a, rules, secret)
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// sloppy is a client written from the specification, of which each test changes
// what it says. Its canonical request is text, made by hand.
type sloppy struct {
	request   *sigv4.Request
	canonical string
	listed    string // SignedHeaders as sent
	date      string // in the string to sign
	scope     string // in the string to sign
	secret    string
	keyParts  [4]string
	prefix    string
	written   func(signature []byte) string
}

const (
	bedrockPath = "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"
	bedrockBody = `{"messages": [{"role":"user"}], "a": 1}`
	bedrockHost = "127.0.0.1:8443"
	goodToken   = "IQoJb3JpZ2luX2VjEXAMPLETOKENVALUE/of+a==session"
)

// newSloppy signs everything right.
func newSloppy() *sloppy {
	s := &sloppy{
		request: &sigv4.Request{
			Method: "POST", Host: bedrockHost, Path: bedrockPath, RawQuery: "b=2&a=x+y%2Fz&c=%27",
			Body: []byte(bedrockBody),
			Header: http.Header{
				"Content-Type": {"application/json"}, "X-Amz-Date": {"20250130T204631Z"},
				"X-Amz-Security-Token": {goodToken},
				"X-Many":               {"one  1", "two"}, "Content-Length": {"39"}, "X-Unsigned": {"u"},
			},
		},
		listed: "content-type;host;x-amz-date;x-amz-security-token;x-many",
		date:   "20250130T204631Z", scope: "20250130/us-east-1/bedrock/aws4_request", secret: testSecret,
		keyParts: [4]string{"20250130", "us-east-1", "bedrock", "aws4_request"}, prefix: "AWS4",
		written: hex.EncodeToString,
	}
	s.canonical = strings.Join([]string{
		"POST",
		"/model/anthropic.claude-3-haiku-20240307-v1%253A0/converse",
		"a=x%20y%2Fz&b=2&c=%27",
		"content-type:application/json",
		"host:" + bedrockHost,
		"x-amz-date:20250130T204631Z",
		"x-amz-security-token:" + goodToken,
		"x-many:one 1,two",
		"",
		s.listed,
		hashOf([]byte(bedrockBody)),
	}, "\n")
	return s
}

func hmacOf(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// sign puts the Authorization header on the request.
func (s *sloppy) sign() {
	key := []byte(s.prefix + s.secret)
	for _, part := range s.keyParts {
		key = hmacOf(key, part)
	}
	toSign := "AWS4-HMAC-SHA256\n" + s.date + "\n" + s.scope + "\n" + hashOf([]byte(s.canonical))
	s.request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+testKeyID+
		"/20250130/us-east-1/bedrock/aws4_request, SignedHeaders="+s.listed+
		", Signature="+s.written(hmacOf(key, toSign)))
}

// edit replaces text in the canonical request that must be there.
func (s *sloppy) edit(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s.canonical, pairs[i]) {
			panic("the canonical request has no " + pairs[i])
		}
		s.canonical = strings.ReplaceAll(s.canonical, pairs[i], pairs[i+1])
	}
}

func edited(pairs ...string) func(*sloppy) { return func(s *sloppy) { s.edit(pairs...) } }

func b64(digits string) string {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(b)
}
