package diagnose

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
)

// TestNoCallGoesByTheLibrarysWords: what the words mean stands in the library's
// file, and the diagnosis takes why, change and source from there.
func TestNoCallGoesByTheLibrarysWords(t *testing.T) {
	for _, row := range []struct{ text, quote, why, change, source string }{
		{"NoRegionError: You must specify a region.", "You must specify a region",
			"AWS_REGION or AWS_DEFAULT_REGION, not both", "pass the region explicitly", "botocore/exceptions.py"},
		{"RuntimeError: Credentials were refreshed, but the refreshed credentials are still expired.",
			"the refreshed credentials are still expired",
			"that clock is ahead, or they are old", "date -u", "botocore/credentials.py"},
		{"AI_LoadSettingError: AWS access key ID setting is missing.", "AWS access key ID setting is missing",
			"no default provider chain", "fromNodeProviderChain()", "vercel/ai/issues/2780"},
		{"169.254.170.23 is not a valid container metadata service hostname",
			"is not a valid container metadata service hostname",
			"this text hides that error", "fromHttp()", "pod-id-minimum-sdk"},
		{"endpoint rule error, Invalid Configuration: Missing Region", "Missing Region",
			"AWS_REGION, then AWS_DEFAULT_REGION", "pass the region explicitly", "config/env_config.go"},
		{"the credential provider was not enabled: no providers in chain provided credentials",
			"no providers in chain provided credentials",
			"None of AWS_ACCESS_KEY_ID", "Give the program credentials on this host", ""},
		{"Error: Credential is missing", "Credential is missing", "Edge runtime", "Node.js runtime",
			"aws-sdk-js-v3/issues/6378"},
		{"Token has expired and refresh failed", "Token has expired and refresh failed",
			"session of IAM Identity Center has expired", "aws sso login", "botocore/tokens.py"},
	} {
		r := &ledger.Result{Host: "mine", ExitCode: 1, Stderr: []byte(row.text + "\n")}
		told, ok := noCall(r, Known{})
		if !ok || !strings.Contains(told.What, `: "`+row.quote+`"`) || !strings.Contains(told.Why, row.why) {
			t.Errorf("%s: what %q, why %q", row.text, told.What, told.Why)
		}
		if !strings.Contains(told.Change, row.change) || !strings.Contains(told.Source, row.source) {
			t.Errorf("%s: change %q, source %q", row.text, told.Change, told.Source)
		}
	}
}

// TestALibraryWithoutAKeyOfTheProjects: the words and what is set here together
// mean more than the words.
func TestALibraryWithoutAKeyOfTheProjects(t *testing.T) {
	r := &ledger.Result{Host: "mine", ExitCode: 1, Stderr: []byte("AWS access key ID setting is missing")}
	r.Environment = []ledger.Variable{{Name: "MY_KEY", Value: "AKIAIOSFODNN7EXAMPLE", SetBy: ledger.ByUser}}
	told, _ := noCall(r, Known{})
	if !strings.Contains(told.Why, "keeps its key under another name") {
		t.Errorf("why %q", told.Why)
	}
}
