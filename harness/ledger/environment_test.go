package ledger_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// TestSecretVariables: by the names that programs and vendors give to secrets; a
// name that ends in where something is has no secret in it
// (AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_CREDENTIALS_FULL_URI:
// https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html).
func TestSecretVariables(t *testing.T) {
	for name, secret := range map[string]bool{
		"AWS_SECRET_ACCESS_KEY":             true, // AWS
		"AWS_SESSION_TOKEN":                 true,
		"AWS_BEARER_TOKEN_BEDROCK":          true,
		"AWS_CONTAINER_AUTHORIZATION_TOKEN": true,
		"ANTHROPIC_API_KEY":                 true, // https://docs.anthropic.com/en/api/client-sdks
		"OPENAI_API_KEY":                    true,
		"LANGSMITH_APIKEY":                  true,
		"PGPASSWORD":                        true, // https://www.postgresql.org/docs/current/libpq-envars.html
		"VERCEL_OIDC_TOKEN":                 true,
		"MY_BEARER":                         true,
		"my_secret":                         true,

		"AWS_WEB_IDENTITY_TOKEN_FILE":            false,
		"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": false,
		"ACTIONS_ID_TOKEN_REQUEST_URL":           false,
		"AWS_REGION":                             false,
		"AWS_ACCESS_KEY_ID":                      false,
	} {
		v := ledger.Variable{Name: name, Value: strings.Repeat("x", 16)}
		if v.Secret() != secret {
			t.Errorf("%s: %v, want %v", name, v.Secret(), secret)
		}
		if v.Value = v.Value[1:]; v.Secret() {
			t.Errorf("%s: fifteen characters are too short to look for elsewhere", name)
		}
	}
}

// TestWhatPeopleSetIsSecretWhateverItsName: but for what says where something is, what it is
// called, or how it is set.
func TestWhatPeopleSetIsSecretWhateverItsName(t *testing.T) {
	for _, row := range []struct {
		name, value string
		secret      bool
	}{
		{"STRIPE_KEY", "sk_live_51HabcdefQRST", true},
		{"DATABASE_URL", "postgres://app:hunter2@db/x", true},
		{"PRIVATE_KEY", "-----BEGIN PRIVATE KEY-----", true},
		{"COPY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", true},
		{"WHATEVER", "Tr0ub4dor&3", true},
		{"SMTP_PASS", "hunter22", true},
		{"SMTP_PASS", "short", false},
		{"MY_KEY", "AKIAIOSFODNN7EXAMPLE", false},
		{"MY_AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", false},
		{"DATABASE_URL", "postgres://db.example.com/x", false},
		{"WHERE", "us-east-1", false},
		{"ROLE", "arn:aws:iam::111122223333:role/App", false},
		{"BUCKET", "Uploads-Of-2026", false},
		{"STAGE", "production", false},
		{"SESSION_ENDS", "2026-11-30T12:19:02Z", false},
		{"SITE", "https://example.com/path", false},
		{"CONFIG", "/etc/App/Config.json", false},
	} {
		v := ledger.Variable{Name: row.name, Value: row.value, SetBy: ledger.ByUser}
		if v.Secret() != row.secret {
			t.Errorf("%s=%s: %v, want %v", row.name, row.value, v.Secret(), row.secret)
		}
	}
}

// TestKeepSecretsTakesThemOutOfExchanges: a client may send a secret in any place.
func TestKeepSecretsTakesThemOutOfExchanges(t *testing.T) {
	const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	const set = "sk_live_51HabcdefQRST"
	escaped := url.QueryEscape(secret)
	r := &ledger.Result{
		Environment: []ledger.Variable{{Name: "STRIPE_KEY", Value: set, SetBy: ledger.ByUser}},
		Exchanges: []exchange.Exchange{{
			Host: secret[:5] + ".example", Path: "/" + escaped, Query: "prefix=" + escaped, Message: "no " + secret,
			Header:    http.Header{"User-Agent": {"me/" + secret + " " + set}},
			Canonical: "GET\n/" + url.PathEscape(secret),
			Explanation: &exchange.Explanation{CanonicalRequest: secret, StringToSign: secret, Ours: secret,
				Theirs: secret},
		}},
	}
	r.KeepSecrets([]string{secret})
	text, err := json.Marshal(r.Exchanges)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{secret, escaped, url.PathEscape(secret), set, "bPxRfiCYEXAMPLEKEY"} {
		if strings.Contains(string(text), form) {
			t.Errorf("an exchange shows %s: %s", form, text)
		}
	}
	if got := r.Scrub("at postgres://app:hunter2@db/x"); got != "at postgres://app:<password>@db/x" {
		t.Errorf("got %s", got)
	}
}
