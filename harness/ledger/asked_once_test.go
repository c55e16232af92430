package ledger_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// TestAskedHostSaysTheSameOnce: a program that asks twenty times is told of in as many
// lines as it met answers.
func TestAskedHostSaysTheSameOnce(t *testing.T) {
	refused := metadata.Lookup{Endpoint: "metadata", Method: "GET", Path: "/latest", Status: 401, Note: "no token"}
	given := metadata.Lookup{Endpoint: "metadata", Method: "GET", Path: "/latest", Status: 200, Note: "the role is app"}
	r := ledger.Result{Lookups: []metadata.Lookup{refused, given, refused, refused}}
	want := []string{
		"asked the host's endpoint metadata: GET /latest: 401 (no token), 3 times",
		"asked the host's endpoint metadata: GET /latest: 200 (the role is app)",
	}
	if got := r.AskedHost(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var text bytes.Buffer
	r.WriteText(&text)
	if n := strings.Count(text.String(), "asked the host's endpoint"); n != 2 {
		t.Errorf("%d lines in the text, want 2:\n%s", n, &text)
	}
}
