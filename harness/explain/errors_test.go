package explain

import (
	"slices"
	"strings"
	"testing"
)

// TestMeaningsSayWhereTheyAreFrom: each has what a person needs, and a public
// source.
func TestMeaningsSayWhereTheyAreFrom(t *testing.T) {
	for _, m := range allMeanings() {
		if m.id == "" || m.what == "" || m.change == "" || !strings.HasPrefix(m.source, "https://") ||
			!slices.Contains([]string{"V", "L", "U"}, m.confidence) {
			t.Errorf("%s: what %q, change %q, source %q, confidence %q", m.match, m.what, m.change, m.source,
				m.confidence)
		}
	}
	for _, c := range checks {
		if c.id == "" || !strings.HasPrefix(c.source, "https://") || !slices.Contains([]string{"V", "L", "U"},
			c.confidence) {
			t.Errorf("check %s: source %q, confidence %q", c.id, c.source, c.confidence)
		}
	}
}
