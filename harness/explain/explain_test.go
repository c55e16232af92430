package explain_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/explain"
	"github.com/hostproof/hostproof/harness/ledger"
)

const (
	keyID     = "AKIARZPUZDIKAAAAUSER" // of account 123456789012
	temporary = "ASIARZPUZDIKAAASESSN"
	secret    = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// token has the beginning and the length of a token of AWS's.
var token = "IQoJb3JpZ2luX2Vj" + strings.Repeat("abcd", 100)

var signedAt = time.Date(2026, 1, 25, 10, 0, 0, 0, time.UTC)

// raw is a request as it goes over the wire, signed by AWS's own signer.
func raw(t *testing.T, id, secret, token, region, service string, at time.Time) string {
	t.Helper()
	const body = `{"messages":[{"role":"user","content":[{"text":"x"}]}]}`
	req, err := http.NewRequest(http.MethodPost,
		"https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse",
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	credentials := aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: token}
	if err := v4.NewSigner().SignHTTP(context.Background(), credentials, req, sha256Hex(body), service, region,
		at); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "POST %s HTTP/1.1\nHost: %s\nContent-Length: %d\nUser-Agent: ai/5.0.113 "+
		"ai-sdk/amazon-bedrock/3.0.70 runtime/node.js/v20\n", req.URL.EscapedPath(), req.URL.Host, len(body))
	for name := range req.Header {
		fmt.Fprintf(&b, "%s: %s\n", name, req.Header.Get(name))
	}
	return b.String() + "\n" + body + "\n"
}

func sha256Hex(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

func answered(status, code, message string, at time.Time) string {
	body := fmt.Sprintf(`{"message":%q}`, message)
	return fmt.Sprintf("\nHTTP/1.1 %s\nDate: %s\nx-amzn-ErrorType: "+
		"%s:http://internal.amazon.com/coral/com.amazon.coral.service/\nContent-Length: %d\n\n%s\n",
		status, at.Format(http.TimeFormat), code, len(body), body)
}

func TestRequests(t *testing.T) {
	good := func(t *testing.T) string { return raw(t, keyID, secret, "", "us-east-1", "bedrock", signedAt) }
	for _, row := range []struct {
		name  string
		input func(*testing.T) string
		o     explain.Options
		kinds []ledger.Kind
		says  []string
	}{
		{"right", good, explain.Options{Secret: secret, Now: signedAt}, nil, []string{"bedrock:Converse",
			"long-term, of account 123456789012", "signature:  valid", "nothing is wrong"}},
		{"foreign token", func(t *testing.T) string {
			return raw(t, keyID, secret, token, "us-east-1", "bedrock", signedAt) + answered("403 Forbidden",
				"UnrecognizedClientException", "The security token included in the request is invalid", signedAt)
		}, explain.Options{}, []ledger.Kind{diagnose.MixedCredentials}, []string{"AI SDK @ai-sdk/amazon-bedrock 3.0.70",
			"credentialProvider", "416 characters, IQoJb3Jp…", "403 UnrecognizedClientException"}},
		{"token left out", func(t *testing.T) string {
			return raw(t, temporary, secret, "", "us-east-1", "bedrock", signedAt) + answered("403 Forbidden",
				"UnrecognizedClientException", "The security token included in the request is invalid.", signedAt)
		}, explain.Options{}, []ledger.Kind{diagnose.TokenLeftOut}, []string{"temporary access key id " + temporary}},
		{"cut token", func(t *testing.T) string {
			return raw(t, temporary, secret, token[:255], "us-east-1", "bedrock", signedAt)
		}, explain.Options{}, []ledger.Kind{"damaged-token"}, []string{"255, is no multiple of four"}},
		{"skew", func(t *testing.T) string {
			return good(t) + answered("403 Forbidden", "InvalidSignatureException",
				"Signature expired: 20260125T100000Z is now earlier than 20260125T105500Z (20260125T110000Z - 5 min.)",
				signedAt.Add(time.Hour))
		}, explain.Options{}, []ledger.Kind{diagnose.ClockSkew}, []string{"60 minutes behind AWS's"}},
		{"region", func(t *testing.T) string { return raw(t, keyID, secret, "", "eu-west-1", "bedrock", signedAt) },
			explain.Options{Now: signedAt}, []ledger.Kind{diagnose.WrongRegion}, []string{"signed for region eu-west-1",
				"is in us-east-1"}},
		{"service", func(t *testing.T) string {
			return raw(t, keyID, secret, "", "us-east-1", "bedrock-runtime",
				signedAt)
		},
			explain.Options{Now: signedAt}, []ledger.Kind{diagnose.WrongRegion},
			[]string{`the endpoint is of "bedrock"`}},
		{"wrong secret", good, explain.Options{Secret: strings.Repeat("x", 40), Now: signedAt},
			[]ledger.Kind{diagnose.WrongSecret}, []string{"does not match"}},
		{"secret with a newline", func(t *testing.T) string {
			return raw(t, keyID, secret+"\n", "", "us-east-1",
				"bedrock", signedAt)
		},
			explain.Options{Secret: secret, Now: signedAt}, []ledger.Kind{diagnose.WrongSecret}, []string{"newline"}},
		{"changed on its way", func(t *testing.T) string { return strings.Replace(good(t), "%3A0", ":0", 1) },
			explain.Options{Secret: secret, Now: signedAt}, []ledger.Kind{diagnose.WrongSignature},
			[]string{"canonical line that differs is line 2 (path)"}},
		{"swapped", func(t *testing.T) string { return raw(t, secret, keyID, "", "us-east-1", "bedrock", signedAt) },
			explain.Options{Now: signedAt}, []ledger.Kind{diagnose.SwappedCredentials}, []string{"40 characters"}},
		{"unsigned", func(*testing.T) string {
			return "POST /model/x/converse HTTP/1.1\nHost: bedrock-runtime.us-east-1.amazonaws.com\n\n{}"
		},
			explain.Options{}, []ledger.Kind{diagnose.Unsigned}, []string{"without any signature"}},
		{"bearer of another kind", func(*testing.T) string {
			return "POST /model/x/converse HTTP/1.1\nHost: bedrock-runtime.us-east-1.amazonaws.com\nAuthorization: " +
				"Bearer sk-1234567890abcdef1234567890\n\n{}"
		}, explain.Options{}, []ledger.Kind{diagnose.BadBearer}, []string{"is not a valid Bedrock API key"}},
		{"header cut off", func(t *testing.T) string {
			return strings.NewReplacer(", Signature=", "\nX-Rest: ").Replace(good(t))
		}, explain.Options{Now: signedAt}, []ledger.Kind{"malformed-signature"}, []string{"not well-formed"}},
		{"curl", func(*testing.T) string {
			return `curl --user "` + keyID + `:` + secret + `" --aws-sigv4 "aws:amz:us-east-1:bedrock-runtime" -H "x-amz-security-token: ` + token + `" \
  -H 'content-type: application/json' --data-raw $'{"a":"it\'s"}' 'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse'`
		}, explain.Options{}, []ledger.Kind{diagnose.MixedCredentials, diagnose.WrongRegion},
			[]string{"bedrock:Converse", "curl", `the endpoint is of "bedrock"`}},
		{"curl with variables", func(*testing.T) string {
			return `$ curl -sS -XPOST -u "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" --aws-sigv4 aws:amz:eu-west-1:sts -d Action=GetCallerIdentity https://sts.us-east-1.amazonaws.com/`
		}, explain.Options{}, []ledger.Kind{diagnose.WrongRegion}, []string{"sts:GetCallerIdentity",
			"$AWS_ACCESS_KEY_ID"}},
		{"presigned URL that ended", func(*testing.T) string {
			return "curl 'https://uploads.s3.us-east-1.amazonaws.com/a.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + keyID +
				"%2F20260125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260125T100000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=" + strings.Repeat("a", 64) + "'"
		}, explain.Options{Now: signedAt.Add(time.Hour)}, []ledger.Kind{"expired-url"}, []string{"s3:GetObject",
			"15m0s after it was made"}},
		{"HAR", har, explain.Options{}, []ledger.Kind{diagnose.MixedCredentials}, []string{"entry 2", "cognito"}},
		{"botocore", file("boto3.log"), explain.Options{}, []ledger.Kind{diagnose.MixedCredentials},
			[]string{"sts:GetCallerIdentity", "boto3 1.44.5", "token of account 999988887777"}},
		{"aws --debug", file("cli.log"), explain.Options{}, []ledger.Kind{diagnose.MixedCredentials},
			[]string{"s3:ListBuckets", "AWS CLI 1.46.2", "env -u AWS_SESSION_TOKEN", "400 InvalidToken"}},
		{"ClientLogMode", file("go.log"), explain.Options{}, []ledger.Kind{diagnose.MixedCredentials},
			[]string{"sts:GetCallerIdentity", "AWS SDK for Go v2 1.47.6", "NewStaticCredentialsProvider"}},
		{"JavaScript middleware", file("js.log"), explain.Options{}, []ledger.Kind{diagnose.MixedCredentials},
			[]string{"s3:ListBuckets", "AWS SDK for JavaScript v3 3.772.0"}},
		{"curl -v", file("curl.log"), explain.Options{}, []ledger.Kind{diagnose.MixedCredentials},
			[]string{"sts.us-east-1.amazonaws.com", "403 InvalidClientTokenId"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			input := row.input(t)
			r, err := explain.Explain([]byte(input), row.o)
			if err != nil {
				t.Fatal(err)
			}
			var kinds []ledger.Kind
			for _, req := range r.Requests {
				for _, f := range req.Findings {
					kinds = append(kinds, f.Kind)
				}
			}
			text := textOf(t, r)
			if fmt.Sprint(kinds) != fmt.Sprint(row.kinds) {
				t.Errorf("findings %v, want %v:\n%s", kinds, row.kinds, text)
			}
			for _, s := range row.says {
				if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(s), " ")) {
					t.Errorf("does not say %q:\n%s", s, text)
				}
			}
			for _, s := range append(tokensIn(input), secret, secret[:20], token[:30], "1234567890abcdef") {
				if strings.Contains(text, s) {
					t.Errorf("shows the secret %s", s)
				}
			}
		})
	}
}

// textOf is everything that is printed of a report, in either form.
func textOf(t *testing.T, r *explain.Report) string {
	t.Helper()
	j, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	r.WriteText(&b)
	return b.String() + "\n" + string(j)
}

// tokensIn are the session tokens of a capture, beyond what is shown of them.
func tokensIn(input string) (out []string) {
	for _, part := range strings.Split(input, "IQoJ")[1:] {
		out = append(out, "IQoJ"+part[:min(16, len(part))])
	}
	return out
}

func file(name string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

func har(t *testing.T) string {
	t.Helper()
	type pair struct{ Name, Value string }
	entry := func(url string, headers ...pair) map[string]any {
		return map[string]any{"startedDateTime": signedAt, "request": map[string]any{"method": "POST", "url": url,
			"headers": headers, "postData": map[string]any{"text": "{}"}},
			"response": map[string]any{"status": 400, "headers": []pair{},
				"content": map[string]any{"text": `{"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid"}`}}}
	}
	b, err := json.Marshal(map[string]any{"log": map[string]any{"entries": []any{
		entry("https://example.com/app.js"),
		entry("https://cognito-identity.us-east-1.amazonaws.com/",
			pair{"x-amz-target", "AWSCognitoIdentityService.DescribeIdentityPool"}, pair{"X-Amz-Security-Token", token},
			pair{"X-Amz-Date", "20260125T100000Z"},
			pair{"authorization", "AWS4-HMAC-SHA256 Credential=" + keyID +
				"/20260125/us-east-1/cognito-identity/aws4_request, " +
				"SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=" + strings.Repeat("b", 64)}),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestErrorTexts(t *testing.T) {
	for _, row := range []struct {
		text string
		kind ledger.Kind
		says string
	}{
		{"AI_APICallError: The security token included in the request is invalid", "token-invalid", "4.0.98"},
		{`{"message":"The security token included in the request is invalid"}`, "token-invalid",
			"one of another partition"},
		{"UnrecognizedClientException: The security token included in the request is invalid.", "token-invalid",
			"deleted, inactive or mistyped"},
		{"AWS_AMPLIFY_HOSTED=true\nCredentialsProviderError: Could not load credentials from any providers",
			"no-role-at-host", "no compute role is attached"},
		{"CredentialsProviderError: Could not load credentials from any providers", "no-role-at-host",
			"found no credentials"},
		{"botocore.exceptions.NoCredentialsError: Unable to locate credentials", "no-role-at-host", "boto3"},
		{"AI_LoadSettingError: AWS access key ID setting is missing.", "no-key-setting", "fromNodeProviderChain"},
		{"Signature expired: 20250130T203827Z is now earlier than 20250130T204131Z (20250130T204631Z - 5 min.)",
			diagnose.ClockSkew, "dated 20250130T203827Z and arrived at 20250130T204631Z, more than 5 minutes"},
		{"User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: bedrock:InvokeModel on resource: " +
			"arn:aws:bedrock:us-east-1::foundation-model/m because no identity-based policy allows the " +
			"bedrock:InvokeModel action", diagnose.NotAllowed,
			"those of arn:aws:sts::1:assumed-role/x/y, and bedrock:InvokeModel was refused"},
		{"AccessDenied: User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: iam:PassRole on " +
			"resource: r with an explicit deny in a session policy", "session-policy", "iam:PassRole"},
		{"Error: The 'x-vercel-oidc-token' header is missing from the request.", "vercel-token", "module level"},
		{"InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.vercel.com/acme",
			"web-identity", "no identity provider for the token's issuer (https://oidc.vercel.com/acme)"},
		{"An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.",
			diagnose.ExpiredCredentials, "a copy of temporary credentials is not renewed"},
		{"169.254.170.23 is not a valid container metadata service hostname", "old-sdk", "EKS Pod Identity"},
		{"Credential should be scoped to correct service: 'bedrock'. ", diagnose.WrongRegion, "wants bedrock"},
		{"litellm.AuthenticationError: BedrockException Invalid Authentication - {\"message\":\"The request " +
			"signature we calculated does not match the signature you provided.\"}", diagnose.WrongSignature,
			"secret-from-env"},
	} {
		t.Run(row.text[:min(40, len(row.text))], func(t *testing.T) {
			r, err := explain.Explain([]byte(row.text), explain.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Findings) == 0 || r.Findings[0].Kind != row.kind {
				t.Fatalf("got %+v, want %s first", r.Findings, row.kind)
			}
			if len(r.Requests) != 0 || !strings.Contains(strings.ToLower(r.Findings[0].Paragraph()),
				strings.ToLower(row.says)) {
				t.Errorf("says %q, want %q in it", r.Findings[0].Paragraph(), row.says)
			}
			if f := r.Findings[0]; !strings.HasPrefix(f.Source, "https://") || !strings.Contains("VLU", f.Confidence) ||
				f.Change == "" {
				t.Errorf("source %q, confidence %q, change %q", f.Source, f.Confidence, f.Change)
			}
		})
	}
}

// TestCallsAreNamed: an error's text names the call in each library's way.
func TestCallsAreNamed(t *testing.T) {
	const invalid = "The security token included in the request is invalid"
	for text, call := range map[string]string{
		"An error occurred (UnrecognizedClientException) when calling the InvokeModel operation: " +
			invalid: "InvokeModel",
		"operation error STS: GetCallerIdentity, https response error StatusCode: 403, api error " +
			"InvalidClientTokenId: " + invalid: "STS GetCallerIdentity",
		"{\n  clientName: 'S3Client',\n  commandName: 'ListBucketsCommand',\n  error: " +
			invalid: "S3 ListBuckets",
		invalid +
			". (Service: Sts, Status Code: 403, Request ID: 1)": "Sts",
		"AI_APICallError: " + invalid +
			"\n  url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse',": "bedrock:Converse at " +
			"bedrock-runtime.us-east-1.amazonaws.com",
	} {
		r, err := explain.Explain([]byte(text), explain.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Calls) != 1 || r.Calls[0] != call {
			t.Errorf("%q: calls %q, want %q", text, r.Calls, call)
		}
	}
}

// TestMessagesInALibrarysTerms: the text of an error tells the library, too.
func TestMessagesInALibrarysTerms(t *testing.T) {
	for input, says := range map[string]string{
		file("ai-sdk.log")(
			t): "With AI SDK @ai-sdk/amazon-bedrock, for a key that has no token: pass key and secret to " +
			"createAmazonBedrock as credentialProvider",
		"botocore.exceptions.ClientError: An error occurred (UnrecognizedClientException) when calling the Converse " +
			"operation: The security token included in the request is invalid": "With boto3, for a key that has no " +
			"token: pass aws_access_key_id",
		"operation error S3: ListBuckets, https response error StatusCode: 400, api error InvalidToken: The provided " +
			"token is malformed or otherwise invalid.": "NewStaticCredentialsProvider",
	} {
		r, err := explain.Explain([]byte(input), explain.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Change, says) {
			t.Errorf("got %+v, want %q", r.Findings, says)
		}
	}
}

// TestHostnameWithoutARegion: S3's stands for the region of the bucket.
func TestHostnameWithoutARegion(t *testing.T) {
	r, err := explain.Explain(
		[]byte("curl 'https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="+keyID+
			"%2F20260125%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260125T100000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature="+strings.Repeat("a", 64)+"'"), explain.Options{Now: signedAt})
	if err != nil || len(r.Requests) != 1 || len(r.Requests[0].Findings) != 0 {
		t.Errorf("%v: %+v", err, r)
	}
}

// TestOldCapturesAreNotSkewed: that a request is explained a day later says
// nothing of the clock that dated it.
func TestOldCapturesAreNotSkewed(t *testing.T) {
	r, err := explain.Explain([]byte(raw(t, keyID, secret, "", "us-east-1", "bedrock", signedAt)),
		explain.Options{Now: signedAt.Add(24 * time.Hour)})
	if err != nil || len(r.Requests) != 1 || len(r.Requests[0].Findings) != 0 {
		t.Errorf("%v: %+v", err, r)
	}
}

func TestBadInputIsOneClearLine(t *testing.T) {
	for _, row := range []struct{ name, input, says string }{
		{"nothing", " \n", "nothing to explain"},
		{"no text", "\xff\xfe\x00", "no UTF-8"},
		{"HAR that is none", `{"log": {"entries": 3}}`, "looks like har"},
		{"HAR without entries", `{"log": {"entries": []}}`, "no log.entries"},
		{"HAR of other sites", `{"log": {"entries": [{"request": {"method": "GET", "url": "https://example.com"}}]}}`,
			"none of them to AWS"},
		{"curl with a quote left open", `curl 'https://s3.amazonaws.com`, "a shell cannot read it"},
		{"curl that runs something", `curl -H "Authorization: $(make token)" https://s3.amazonaws.com`,
			"runs something"},
		{"curl without URL", `curl -X POST`, "no URL"},
		{"curl with an option without value", `curl https://s3.amazonaws.com -H`, "-H has no value"},
		{"log without requests", "2026-11-21 botocore.auth [DEBUG] Calculating signature using v4 auth.",
			"level DEBUG"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := explain.Explain([]byte(row.input), explain.Options{})
			var bad *explain.InputError
			if !errors.As(err, &bad) {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(err.Error(), row.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line with %q", err, row.says)
			}
		})
	}
}

// FuzzExplain feeds every parser: whatever the input, there is a report or one
// line, in a short time.
func FuzzExplain(f *testing.F) {
	for _, name := range []string{"boto3.log", "cli.log", "go.log", "js.log", "curl.log"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(
		`{"log":{"entries":[{"request":{"method":"POST","url":"https://sts.amazonaws.com/?X-Amz-Algorithm=AWS4-HMAC-SHA256","headers":[{"name":":authority","value":"a"}]}}]}}`))
	f.Add([]byte("curl -u a:b --aws-sigv4 aws:amz https://sts.us-east-1.amazonaws.com/ -d 'x' -G -F a=b"))
	f.Add([]byte("curl https://s3.amazonaws.com/{1..1000000000}"))
	f.Add([]byte("curl ^\"https://s3.amazonaws.com^\" ^\n -H ^\"a: b^\""))
	f.Add([]byte("{ method: 'GET', hostname: 's3.amazonaws.com', headers: { a: { b: [ 'c' + 'd' ] } } }"))
	f.Add([]byte("GET /?%zz HTTP/1.1\nHost: sts.amazonaws.com\nAuthorization: AWS4-HMAC-SHA256 " +
		"Credential=a/b/c/d/e/f/g\nContent-Length: -4\n\nHTTP/1.1 403\nContent-Length: 99999999999"))
	f.Fuzz(func(t *testing.T, input []byte) {
		r, err := explain.Explain(input, explain.Options{Secret: secret, Now: signedAt})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
			return
		}
		if len(r.Requests) == 0 && len(r.Findings) == 0 {
			t.Error("a report that says nothing")
		}
		if text := textOf(t, r); strings.Contains(text, secret) && !strings.Contains(string(input), secret) {
			t.Error("shows the secret")
		}
	})
}
