package explain_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/explain"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// explained is the one request of an input.
func explained(t *testing.T, input string, o explain.Options) explain.Request {
	t.Helper()
	r, err := explain.Explain([]byte(input), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Requests) != 1 {
		t.Fatalf("%d requests, want 1: %+v", len(r.Requests), r)
	}
	return r.Requests[0]
}

// finding is the finding of a kind, nil for none.
func finding(r explain.Request, kind ledger.Kind) *ledger.Finding {
	for i := range r.Findings {
		if r.Findings[i].Kind == kind {
			return &r.Findings[i]
		}
	}
	return nil
}

// TestClockWindows: Bedrock takes signatures up to 5 minutes from its own time, S3
// and STS up to 15
// (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationTimeStamp;
// the "5 min." of Bedrock's message in karthink/gptel#1397; the "15 min." of STS's
// in cloudposse/docs#203).
func TestClockWindows(t *testing.T) {
	for _, row := range []struct {
		host, service string
		window        time.Duration
	}{
		{"bedrock-runtime.us-east-1.amazonaws.com", "bedrock", 5 * time.Minute},
		{"sts.us-east-1.amazonaws.com", "sts", 15 * time.Minute},
		{"s3.us-east-1.amazonaws.com", "s3", 15 * time.Minute},
		// "In most cases, a request must reach AWS within five minutes":
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
		{"a1.execute-api.us-east-1.amazonaws.com", "execute-api", 5 * time.Minute},
	} {
		for _, ahead := range []time.Duration{-row.window - time.Second, -row.window, 0, row.window, row.window +
			time.Second} {
			t.Run(fmt.Sprint(row.service, " ", ahead), func(t *testing.T) {
				payload := "" // which S3 alone wants
				if row.service == "s3" {
					payload = "\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD"
				}
				input := "GET / HTTP/1.1\nHost: " + row.host + "\nX-Amz-Date: " + signedAt.Add(ahead).
					Format("20060102T150405Z") + payload +
					"\nAuthorization: AWS4-HMAC-SHA256 Credential=" + keyID +
					"/20260125/us-east-1/" + row.service +
					"/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=" + strings.Repeat(
					"a",
					64,
				) + "\n\n" +
					answered(
						"403 Forbidden",
						"X",
						"x",
						signedAt,
					)
				found := finding(explained(t, input, explain.Options{}), diagnose.ClockSkew)
				if wrong := ahead.Abs() > row.window; (found != nil) != wrong {
					t.Errorf("got %+v, want it said: %v", found, wrong)
				}
			})
		}
	}
}

// TestRegionOfABucket: an endpoint of S3 with a region in its name takes signatures
// of that region alone; s3.amazonaws.com leads to buckets in all regions.
func TestRegionOfABucket(t *testing.T) {
	for host, wrong := range map[string]bool{
		"s3.eu-central-1.amazonaws.com":        true,
		"bucket.s3.eu-central-1.amazonaws.com": true,
		"s3.eu-west-1.amazonaws.com":           false,
		"s3.amazonaws.com":                     false,
		"bucket.s3.amazonaws.com":              false,
	} {
		input := "GET / HTTP/1.1\nHost: " + host + "\nX-Amz-Date: " + signedAt.Format("20060102T150405Z") +
			"\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\nAuthorization: AWS4-HMAC-SHA256 Credential=" + keyID +
			"/20260125/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=" +
			strings.Repeat("a", 64) + "\n\n"
		found := finding(explained(t, input, explain.Options{Now: signedAt}), diagnose.WrongRegion)
		if (found != nil) != wrong {
			t.Errorf("%s: got %+v, want it said: %v", host, found, wrong)
		}
	}
}

// issued is a session token as STS made it for an account at a time.
func issued(t *testing.T, account string, at time.Time) string {
	t.Helper()
	s := iam.New(func() time.Time { return at })
	applied, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: account,
		Roles: []iam.RoleSeed{
			{Name: "r", TrustService: []string{"lambda.amazonaws.com"}},
		}, Sessions: []iam.SessionSeed{{Role: "r", Name: "session"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return applied.Sessions[0].Token
}

// TestAgeOfSessions: no session lasts longer than 36 hours, which is 129,600
// seconds (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html).
func TestAgeOfSessions(t *testing.T) {
	for age, old := range map[time.Duration]bool{
		0: false, time.Hour: false, 129_599 * time.Second: false, 129_600 * time.Second: true, 240 * time.Hour: true,
	} {
		input := raw(
			t,
			temporary,
			secret,
			issued(t, "123456789012", signedAt.Add(-age)),
			"us-east-1",
			"bedrock",
			signedAt,
		)
		found := finding(explained(t, input, explain.Options{}), diagnose.ExpiredCredentials)
		if (found != nil) != old {
			t.Errorf("%s: got %+v, want it said: %v", age, found, old)
		}
		if found != nil && !strings.Contains(found.Why, "or earlier, since no session lasts longer than 36 hours") {
			t.Errorf("%s: says %q", age, found.Why)
		}
		if found != nil && !strings.Contains(found.What, "have expired") {
			t.Errorf("%s: says %q", age, found.What)
		}
	}
}

// TestCutTokens: base64 is in fours
// (https://www.rfc-editor.org/rfc/rfc4648#section-4), whatever it was cut by.
func TestCutTokens(t *testing.T) {
	whole := issued(t, "123456789012", signedAt)
	for cut := range 5 {
		found := finding(
			explained(
				t,
				raw(t, temporary, secret, whole[:len(whole)-cut], "us-east-1", "bedrock", signedAt),
				explain.Options{},
			),
			"damaged-token",
		)
		want := cut%4 != 0
		if (found != nil) != want {
			t.Fatalf("cut by %d: got %+v, want it said: %v", cut, found, want)
		}
		if found != nil &&
			!strings.Contains(
				found.What,
				fmt.Sprintf("its length, %d, is no multiple of four: it was cut off", len(whole)-cut),
			) {
			t.Errorf("cut by %d: says %q", cut, found.What)
		}
	}
}

// TestLifeOfShortTermKeys: "valid for up to 12 hours"
// (https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html).
func TestLifeOfShortTermKeys(t *testing.T) {
	made := "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" +
		keyID +
		"%2F20260125%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=20260125T100000Z&X-Amz-Expires=43200&X-Amz-SignedHeaders=host&X-Amz-Signature=" +
		strings.Repeat(
			"a",
			64,
		) + "&Version=1"
	input := "POST /model/x/converse HTTP/1.1\nHost: bedrock-runtime.us-east-1.amazonaws.com\nAuthorization: Bearer " +
		"bedrock-api-key-" +
		base64.StdEncoding.EncodeToString(
			[]byte(made),
		) + "\n\n{}"
	for age, ended := range map[time.Duration]bool{0: false, 12 * time.Hour: false, 12*time.Hour + time.Second: true,
		35 * time.Hour: true} {
		found := finding(explained(t, input, explain.Options{Now: signedAt.Add(age)}),
			diagnose.ExpiredCredentials)
		if (found != nil) != ended {
			t.Errorf("%s: got %+v, want it said: %v", age, found, ended)
		}
	}
}

// TestAccountsThatAgree: accounts are named where key and token are of two. A key's
// account is in its id, a token's in its clear part.
func TestAccountsThatAgree(t *testing.T) {
	for account, said := range map[string]bool{"123456789012": false, "999988887777": true} {
		input := raw(t, keyID, secret, issued(t, account, signedAt), "us-east-1", "bedrock", signedAt)
		found := finding(explained(t, input, explain.Options{}), diagnose.MixedCredentials)
		if found == nil {
			t.Fatalf("of %s: a long-term key with a token is not told", account)
		}
		if strings.Contains(found.What, "the key is of account 123456789012, the token of account "+account) != said ||
			strings.Contains(found.What, "of account") != said {
			t.Errorf("of %s: says %q", account, found.What)
		}
	}
}

// TestKindsOfTokens: tokens of the global endpoint are valid in the regions that
// are enabled by default alone, those of a regional one in all
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html);
// how they begin is of https://github.com/talbeerysec/STS-token-decoder.
func TestKindsOfTokens(t *testing.T) {
	for _, row := range []struct{ begins, says string }{
		{"IQoJb3JpZ2luX2Vj", "of a regional endpoint, valid in all regions"},
		{"FwoGZXIvYXdz", "of the global endpoint, not valid in opt-in regions"},
		{"AQoDYXdz", "not issued for years"},
		{"AgoGb3JpZ2lu", "not issued for years"},
		{"eyJhbGciOiJSUzI1NiJ9", ""},
	} {
		got := explained(
			t,
			raw(t, temporary, secret, row.begins+strings.Repeat("abcd", 100), "us-east-1", "bedrock", signedAt),
			explain.Options{},
		).TokenKind
		if !strings.Contains(got, row.says) || row.says == "" && got != "" {
			t.Errorf("%s: says %q, want %q", row.begins, got, row.says)
		}
	}
}

// TestAnswersThatEcho: an answer may repeat what was sent, and more: AWS's mismatch
// repeats the canonical request, in which a token stands (aws-beam/aws-erlang#161),
// and gateways repeat headers.
func TestAnswersThatEcho(t *testing.T) {
	const bearer = "ABSKQmVkcm9ja0FQSUtleS1leGFtcGxlOnNlY3JldA=="
	const first = "The request signature we calculated does not match the signature you provided. Check your AWS " +
		"Secret Access Key and signing method."
	another := issued(t, "999988887777", signedAt) // of another request in the log
	lines := first +
		"\n\nThe Canonical String for this request should have been\n'POST\n/\n\nhost:h\nx-amz-security-token:" +
		another + "'"
	signed := raw(t, temporary, secret, token, "us-east-1", "bedrock", signedAt)
	xml := "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>" + lines +
		"</Message></Error></ErrorResponse>"
	for _, row := range []struct{ name, input, message, secret string }{
		{"the canonical request, in JSON", signed + answered("403 Forbidden", "InvalidSignatureException", lines,
			signedAt), first, another},
		{"the canonical request, in XML", signed + fmt.Sprintf("\nHTTP/1.1 403 Forbidden\nContent-Length: %d\n\n%s\n",
			len(xml), xml), first, another},
		{"the token", signed + answered("403 Forbidden", "X", "the token "+token+" is invalid", signedAt),
			"the token <secret> is invalid", token},
		{"the bearer token",
			"POST /model/x/converse HTTP/1.1\nHost: bedrock-runtime.us-east-1.amazonaws.com\nAuthorization: Bearer " +
				bearer + "\n\n{}\n" +
				answered("403 Forbidden", "X", "the key "+bearer+" is invalid", signedAt),
			"the key <secret> is invalid",
			bearer},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, err := explain.Explain([]byte(row.input), explain.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Requests) != 1 || r.Requests[0].Message != row.message {
				t.Errorf("got %+v, want the message %q", r.Requests, row.message)
			}
			if strings.Contains(textOf(t, r), row.secret[:24]) {
				t.Error("shows the secret that the answer repeats")
			}
		})
	}
}
