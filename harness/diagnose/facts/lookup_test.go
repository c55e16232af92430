package facts

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
		if a.Change == "" || strings.HasSuffix(a.Change, ".") || !strings.HasPrefix(a.Source, "https://") {
			t.Errorf("%s: %+v", name, a)
		}
	}
}
