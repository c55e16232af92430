package mockaws_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestBearer(t *testing.T) {
	w := mocktest.New(t)
	applied, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: "444455556666",
		Users: []iam.UserSeed{
			{Name: "may", Allow: []string{"bedrock:*"}, Keys: []iam.KeySeed{{}}},
			{Name: "no-bearer", Allow: []string{"bedrock:InvokeModel"}, Keys: []iam.KeySeed{{}}},
			{Name: "bearer-only", Allow: []string{"bedrock:CallWithBearerToken"}},
		},
		BedrockAPIKeys: []iam.BedrockKeySeed{{User: "may"}, {User: "may", ExpiresIn: "-1h"},
			{User: "may", Status: "inactive"}, {User: "bearer-only"}, {User: "no-bearer"}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	may, noBearer := applied.Keys[0], applied.Keys[1]
	long := func(i int) string { return applied.BedrockAPIKeys[i].Secret }
	short := func(k iam.AppliedKey, region, expires string, ago time.Duration) string {
		return mocktest.ShortTermKey(t, k.KeyID, k.Secret, "", region, expires, time.Now().Add(-ago))
	}
	const (
		invalid = `{"Message":"Authentication failed: Please make sure your API Key is valid."}`
		expired = `{"Message":"Bearer Token has expired"}`
	)
	tampered := func(key string) string {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, "bedrock-api-key-"))
		if err != nil {
			t.Fatal(err)
		}
		return "bedrock-api-key-" + base64.StdEncoding.EncodeToString([]byte(strings.Replace(string(raw),
			"X-Amz-Expires=3600", "X-Amz-Expires=7200", 1)))
	}
	for _, row := range []struct {
		name, bearer string
		status       int
		answer       string // in the body
	}{
		{"long-term key", long(0), 200, "echo: ping"},
		{"long-term key, expired", long(1), 403, expired},
		{"long-term key, inactive", long(2), 403, invalid},
		{"long-term key, changed", long(0) + "A", 403, invalid},
		{"may call with a bearer, but not the model", long(3), 403,
			"is not authorized to perform: bedrock:InvokeModel"},
		{"may call the model, but not with a bearer", long(4), 403, "is not authorized to perform: " +
			"bedrock:CallWithBearerToken on resource: * because no identity-based policy allows the " +
			"bedrock:CallWithBearerToken action"},
		{"short-term key", short(may, "us-east-1", "43200", 0), 200, "echo: ping"},
		{"short-term key, hours old", short(may, "us-east-1", "43200", 11*time.Hour), 200, "echo: ping"},
		{"short-term key, over", short(may, "us-east-1", "3600", 61*time.Minute), 403, expired},
		{"short-term key of another region", short(may, "eu-west-1", "3600", 0), 403, invalid},
		{"short-term key that would live too long", short(may, "us-east-1", "43201", 0), 403, invalid},
		{"short-term key, life prolonged after signing", tampered(short(may, "us-east-1", "3600", 0)), 403, invalid},
		{"short-term key of an unknown key", mocktest.ShortTermKey(t, "AKIAQQQQQQQQQQQQQQQQ", may.Secret, "",
			"us-east-1", "3600", time.Now()), 403, invalid},
		{"short-term key with another's secret", mocktest.ShortTermKey(t, may.KeyID, noBearer.Secret, "", "us-east-1",
			"3600", time.Now()), 403, invalid},
		{"short-term key of a session", mocktest.ShortTermKey(t, w.Platform.KeyID, w.Platform.Secret, w.Platform.Token,
			"us-east-1", "3600", time.Now()), 403, "bedrock:CallWithBearerToken"},
		{"short-term key of a session without its token", mocktest.ShortTermKey(t, w.Platform.KeyID, w.Platform.Secret,
			"", "us-east-1", "3600", time.Now()), 403, invalid},
		{"short-term key, not base64", "bedrock-api-key-%%%", 403, invalid},
		{"short-term key, not a URL", "bedrock-api-key-aGVsbG8=", 403, invalid},
		{"another kind of key", "sk-ant-123", 403,
			`{"Message":"Invalid API Key format: Must start with pre-defined prefix"}`},
		{"empty", "", 403, `{"Message":"Invalid API Key format: Must start with pre-defined prefix"}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			status, answer := w.ConverseWithBearer(t, row.bearer)
			if status != row.status || !strings.Contains(answer, row.answer) {
				t.Errorf("got %d %s", status, answer)
			}
			e := w.Last(t)
			if accepted := row.status == 200; e.Verdict.Accepted != accepted || e.Presented.Scheme != "bearer" {
				t.Errorf("exchange: %s, scheme %s", &e, e.Presented.Scheme)
			}
			if row.bearer != "" && len(row.bearer) > 20 && strings.Contains(e.String(), row.bearer) {
				t.Error("the exchange shows the key")
			}
		})
	}
}

// TestBearerElsewhere: a Bedrock API key is for Amazon Bedrock alone, whatever its
// user may do ("You can't use Amazon Bedrock API keys with" other services,
// https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html); everywhere
// else "Bearer" is a scheme that is not known. S3 answers "Unsupported
// Authorization Type"
// (https://github.com/versity/versitygw/blob/main/s3err/s3err.go,
// ErrUnsupportedAuthorizationType, compared with AWS).
func TestBearerElsewhere(t *testing.T) {
	w := mocktest.New(t)
	applied, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: "444455556666",
		Users:          []iam.UserSeed{{Name: "may", Allow: []string{"*"}, Keys: []iam.KeySeed{{}}}},
		BedrockAPIKeys: []iam.BedrockKeySeed{{User: "may"}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	key := applied.Keys[0]
	bearers := map[string]string{
		"a long-term key":  applied.BedrockAPIKeys[0].Secret,
		"a short-term key": mocktest.ShortTermKey(t, key.KeyID, key.Secret, "", "us-east-1", "3600", time.Now()),
	}
	for _, row := range []struct {
		name, method, host, target, body string
		header                           map[string]string
		status                           int
		answer                           string
	}{
		{"STS", "POST", "sts.us-east-1.amazonaws.com", "/", "Action=GetCallerIdentity&Version=2011-06-15",
			map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 400,
			"<Code>IncompleteSignature</Code>"},
		{"S3", "GET", "s3.us-east-1.amazonaws.com", "/", "", nil, 400, "Unsupported Authorization Type"},
		{"DynamoDB", "POST", "dynamodb.us-east-1.amazonaws.com", "/", "{}",
			map[string]string{"Content-Type": "application/x-amz-json-1.0",
				"X-Amz-Target": "DynamoDB_20120810.ListTables"}, 400, "IncompleteSignature"},
		{"Lambda", "GET", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/", "", nil, 403,
			"Unsupported AWS 'algorithm': 'Bearer'"},
	} {
		for kind, bearer := range bearers {
			t.Run(row.name+", "+kind, func(t *testing.T) {
				req, err := http.NewRequest(row.method, w.URL+row.target, strings.NewReader(row.body))
				if err != nil {
					t.Fatal(err)
				}
				req.Host = row.host
				req.Header.Set("Authorization", "Bearer "+bearer)
				for name, value := range row.header {
					req.Header.Set(name, value)
				}
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				answer, err := io.ReadAll(resp.Body)
				if err != nil {
					t.Fatal(err)
				}
				if resp.StatusCode != row.status || !strings.Contains(string(answer), row.answer) {
					t.Errorf("got %d %s, want %d and %q", resp.StatusCode, answer, row.status, row.answer)
				}
				if e := w.Last(t); e.Verdict.Accepted || e.Verdict.Principal != "" || strings.Contains(e.String(),
					bearer) {
					t.Errorf("exchange: %s", &e)
				}
			})
		}
	}
}
