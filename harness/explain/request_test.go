package explain_test

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/explain"
)

// TestTheSDKOfABrowser: a browser says User-Agent itself, and the SDK there x-amz-user-agent
// (testdata/js.log has both, as the SDK logs them on Node.js).
func TestTheSDKOfABrowser(t *testing.T) {
	input := "GET / HTTP/1.1\nHost: s3.us-east-1.amazonaws.com\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\n" +
		"X-Amz-User-Agent: aws-sdk-js/3.772.0\n\n"
	r, err := explain.Explain([]byte(input), explain.Options{Now: signedAt})
	if err != nil || len(r.Requests) != 1 || r.Requests[0].Library != "AWS SDK for JavaScript v3 3.772.0" {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestAMessageWithoutItsCode: a log may have an answer's body without its headers, where
// AWS says the code (x-amzn-ErrorType); the message tells all the same.
func TestAMessageWithoutItsCode(t *testing.T) {
	input := raw(t, temporary, secret, token, "us-east-1", "bedrock", signedAt) + "\nHTTP/1.1 403 Forbidden\n\n" +
		`{"message":"The security token included in the request is expired"}` + "\n"
	r, err := explain.Explain([]byte(input), explain.Options{Now: signedAt})
	if err != nil || len(r.Requests) != 1 || len(r.Requests[0].Findings) == 0 ||
		r.Requests[0].Findings[0].Kind != diagnose.ExpiredCredentials {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestWhatARequestSays: each fact that a program can read of a report is one that the
// input has. The key's kind is that of its prefix
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes).
func TestWhatARequestSays(t *testing.T) {
	input := raw(t, keyID, secret, token, "eu-west-1", "bedrock", signedAt) + answered("403 Forbidden",
		"UnrecognizedClientException", "The security token included in the request is invalid.", signedAt)
	r, err := explain.Explain([]byte(input), explain.Options{Now: signedAt})
	if err != nil || len(r.Requests) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	q := r.Requests[0]
	p := q.Presented
	for name, c := range map[string][2]any{
		"method":           {q.Method, "POST"},
		"host":             {q.Host, "bedrock-runtime.us-east-1.amazonaws.com"},
		"path":             {q.Path, "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"},
		"call":             {q.Call, "bedrock:Converse"},
		"service":          {q.Service, "Bedrock Runtime"},
		"region":           {q.Region, "us-east-1"},
		"library":          {q.Library, "AI SDK @ai-sdk/amazon-bedrock 3.0.70"},
		"key":              {p.KeyID, keyID},
		"kind of key":      {q.KeyKind, "long-term"},
		"account":          {q.Account, "123456789012"},
		"day of the scope": {p.ScopeDate, "20260125"},
		"region signed":    {p.ScopeRegion, "eu-west-1"},
		"service signed":   {p.ScopeService, "bedrock"},
		"headers signed": {strings.Join(p.SignedHeaders, ";"),
			"content-length;content-type;host;x-amz-date;x-amz-security-token"},
		"token":   {p.Token.Length, len(token)},
		"status":  {q.Status, 403},
		"code":    {q.Code, "UnrecognizedClientException"},
		"message": {q.Message, "The security token included in the request is invalid."},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %v, want %v", name, c[0], c[1])
		}
	}
}
