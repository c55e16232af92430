package wildcard_test

import (
	"testing"

	"github.com/hostproof/hostproof/harness/internal/wildcard"
)

func TestFits(t *testing.T) {
	for _, row := range []struct {
		pattern, text string
		want          bool
	}{
		{"repo:acme/*", "repo:acme/shop:ref:refs/heads/main", true},
		{"repo:acme/*", "repo:acme", false},
		{"repo:acme/?", "repo:acme/a", true},
		{"repo:acme/?", "repo:acme/ab", false},
		{"a.c", "abc", false},
		{"[*]", "[any\nthing]", true},
		{"a", "ab", false},
		{"", "", true},
	} {
		if got := wildcard.Fits(row.pattern, row.text); got != row.want {
			t.Errorf("%q and %q: %v", row.pattern, row.text, got)
		}
	}
}
