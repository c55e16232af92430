package diagnose

import (
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// TestLookupAdviceIsOfBehaviours keeps the advice to rows that exist and that
// hand out nothing.
func TestLookupAdviceIsOfBehaviours(t *testing.T) {
	status := map[string]int{}
	for _, b := range metadata.Behaviours() {
		status[b.Name] = b.Status
	}
	for name, a := range lookupAdvice {
		s, known := status[name]
		if !known || s == 200 && name != "imds/assume-role" {
			t.Errorf("%s: status %d, known %t", name, s, known)
		}
		if a.change == "" || strings.HasSuffix(a.change, ".") || !strings.HasPrefix(a.source, "https://") {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

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
	told, ok := noCall(&diagnosis{result: r, env: ledger.NewEnvironment(nil)})
	if !ok || !strings.Contains(told.why, "It asked the host's endpoint metadata (PUT /latest/api/token) and got no "+
		"answer: the program is 2 hops away.") ||
		!strings.Contains(told.change, "--http-put-response-hop-limit 2") ||
		told.source != docIMDS2 {
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
		env := ledger.NewEnvironment([]ledger.Variable{{Name: "AWS_SESSION_TOKEN", Value: "IQoJ"}})
		told, ok := noCall(&diagnosis{result: row.result, env: env})
		if !ok || !strings.Contains(told.what, row.what) || !strings.Contains(told.why, row.why) ||
			!strings.Contains(told.change, row.change) {
			t.Errorf("%t %+v, want %q, %q, %q", ok, told, row.what, row.why, row.change)
		}
	}
}
