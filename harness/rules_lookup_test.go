package harness

import (
	"strings"
	"testing"

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
	lookup := metadata.Lookup{Endpoint: "metadata", Method: "PUT", Path: "/latest/api/token", Behaviour: "imds/token-too-far", Note: "the program is 2 hops away"}
	r := &Result{Host: "ec2-hop-limit", ExitCode: 1, Stderr: []byte("Unable to locate credentials"), Lookups: []metadata.Lookup{
		{Behaviour: "imds/value", Status: 200}, lookup, {Behaviour: "imds/token-missing", Status: 401},
	}}
	told, ok := noCall(&diagnosis{result: r, env: &Environment{}})
	if !ok || !strings.Contains(told.why, "It asked the host's endpoint metadata (PUT /latest/api/token) and got no answer: the program is 2 hops away.") ||
		!strings.Contains(told.change, "--http-put-response-hop-limit 2") || told.source != docIMDS2 {
		t.Errorf("%t %+v", ok, told)
	}
}
