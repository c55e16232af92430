package diagnose

import (
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

func TestNoCallTellsWhatAnEndpointSaid(t *testing.T) {
	lookup := metadata.Lookup{
		Endpoint:  "metadata",
		Method:    "PUT",
		Path:      "/latest/api/token",
		Behaviour: "imds/token-too-far",
		Note:      "the program is 2 hops away",
	}
	r := &ledger.Result{
		Host:     "ec2-hop-limit",
		ExitCode: 1,
		Stderr:   []byte("Unable to locate credentials"),
		Lookups: []metadata.Lookup{
			{Behaviour: "imds/value", Status: 200}, lookup, {Behaviour: "imds/token-missing", Status: 401},
		},
	}
	told, ok := noCall(r, Known{})
	if !ok || !strings.Contains(told.Why, "It asked the host's endpoint metadata (PUT /latest/api/token) and got no "+
		"answer: the program is 2 hops away.") ||
		!strings.Contains(told.Change, "--http-put-response-hop-limit 2") ||
		told.Source != "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html" {
		t.Errorf("%t %+v", ok, told)
	}
}

// TestNoCallTellsWhatLibrariesSay is of what the Python libraries print.
func TestNoCallTellsWhatLibrariesSay(t *testing.T) {
	for _, row := range []struct {
		result            *ledger.Result
		what, why, change string
	}{
		{&ledger.Result{Stderr: []byte("RuntimeError: Could not resolve AWS credentials from session")},
			`"Could not resolve AWS credentials from session"`, "A session token alone", "own key and secret"},
		{&ledger.Result{Stderr: []byte("Value error: If providing credentials, both aws_access_key_id and " +
			"aws_secret_access_key must be specified.")}, `"If providing credentials`, "A session token alone",
			"own key and secret"},
		{&ledger.Result{Stderr: []byte(
			"Missing Dependency: Using the login credential provider requires an additional dependency.")},
			`"Using the login`, "aws login", `pip install "botocore[crt]"`},
		{&ledger.Result{TimedOut: true, Duration: 60600 * time.Millisecond},
			"time (1m1s) was up before it made any AWS call", "", "--timeout"},
	} {
		row.result.Host, row.result.ExitCode = "vercel", 1
		row.result.Environment = []ledger.Variable{{Name: "AWS_SESSION_TOKEN", Value: "IQoJ"}}
		told, ok := noCall(row.result, Known{})
		if !ok || !strings.Contains(told.What, row.what) || !strings.Contains(told.Why, row.why) ||
			!strings.Contains(told.Change, row.change) {
			t.Errorf("%t %+v, want %q, %q, %q", ok, told, row.what, row.why, row.change)
		}
	}
}
