package ledger_test

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
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
