package library

import (
	"testing"

	"github.com/hostproof/hostproof/fixtures"
)

// TestFind is of texts that programs printed.
func TestFind(t *testing.T) {
	for _, row := range []struct{ text, situation, words string }{
		{"CredentialsProviderError: Could not load credentials from any providers\n    at ...", fixtures.NoCredentials,
			"Could not load credentials from any providers"},
		{"botocore.exceptions.NoCredentialsError: Unable to locate credentials", fixtures.NoCredentials,
			"Unable to locate credentials"},
		{"except NoCredentialsError", fixtures.NoCredentials, "NoCredentialsError"},
		{"SdkClientException: Unable to load credentials from any of the providers in the chain Chain(…): " +
			"[SystemPropertyCredentialsProvider(): Unable to load credentials from system settings.]",
			fixtures.NoCredentials,
			"Unable to load credentials from any of the providers"},
		{"NoCredentialProviders: no valid providers in chain. Deprecated.", fixtures.NoCredentials,
			"NoCredentialProviders"},
		{"operation error STS: GetCallerIdentity, get identity: get credentials: failed to refresh cached " +
			"credentials, " +
			"no EC2 IMDS role found", fixtures.NoCredentials, "no EC2 IMDS role found"},
		{"AI_LoadSettingError: AWS access key ID setting is missing.", fixtures.NoKeySetting,
			"AWS access key ID setting is missing"},
		{"NoRegionError: You must specify a region.", fixtures.NoRegion, "You must specify a region"},
		{"Unsupported host '169.254.170.23'. Can only", fixtures.OldSDK, "Unsupported host '169.254.170.23'"},
		{"Error: Credential is missing", fixtures.EdgeRuntime, "Credential is missing"},
		{"Token has expired and refresh failed", fixtures.SSOExpired, "Token has expired and refresh failed"},
		{"The security token included in the request is invalid", "", ""},
	} {
		for _, situation := range fixtures.Situations() {
			_, at := Find(row.text, situation)
			switch {
			case situation != row.situation && at != nil:
				t.Errorf("%q means %s, too: %q", row.text, situation, row.text[at[0]:at[1]])
			case situation == row.situation && (at == nil || row.text[at[0]:at[1]] != row.words):
				t.Errorf("%q: got %v, want %q as %s", row.text, at, row.words, row.situation)
			}
		}
	}
}

// TestEverySituationIsSaid: a situation that no library's words mean is a typing
// error, or has no use.
func TestEverySituationIsSaid(t *testing.T) {
	said := map[string]bool{}
	for _, s := range Sayings() {
		said[s.Means] = true
	}
	for _, situation := range fixtures.Situations() {
		if !said[situation] {
			t.Errorf("nothing means %s", situation)
		}
	}
}

func TestClocks(t *testing.T) {
	for id, want := range map[string][2]bool{
		"aws-sdk-js-v3": {true, true}, "boto3": {false, true}, "curl": {false, false}, "": {false, false},
	} {
		corrects, known := ByID(id).CorrectsClock()
		if got := [2]bool{corrects, known}; got != want {
			t.Errorf("%q: got %v, want %v", id, got, want)
		}
	}
}
