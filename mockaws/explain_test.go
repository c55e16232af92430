package mockaws_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestFloodIsExplainedBriefly checks that who sends the same wrong secret again
// and again costs little, and that a mistake is still found after it.
func TestFloodIsExplainedBriefly(t *testing.T) {
	s, key := withOneUser(t)
	wrong, trimmed := capture(t, key.KeyID, strings.Repeat("x", 40)), capture(t, key.KeyID, key.Secret+"\n")
	explained := func(sent captured) string {
		r := sent.request.Clone(t.Context())
		r.Body = readCloser{bytes.NewReader(sent.body)}
		rec := httptest.NewRecorder()
		if s.ServeHTTP(rec, r); rec.Code != http.StatusForbidden {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		return s.Journal().Since(s.Journal().Last() - 1)[0].Explanation.Mistake
	}
	for i := range 25 {
		how := "alone or two at a time"
		if i >= 20 {
			how = "one at a time"
		}
		if said := explained(wrong); !strings.Contains(said, how) {
			t.Fatalf("call %d: %s", i, said)
		}
	}
	if said := explained(trimmed); !strings.Contains(said, "a newline at its end") {
		t.Error(said)
	}
	if said := explained(wrong); !strings.Contains(said, "alone or two at a time") {
		t.Errorf("after a mistake that was found: %s", said)
	}
}
