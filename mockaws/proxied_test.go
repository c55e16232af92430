package mockaws_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hostproof/hostproof/mockaws"
)

// TestTLSOfAProxy checks that what a proxy says of TLS counts, and is neither
// judged nor recorded as a header of the client's.
func TestTLSOfAProxy(t *testing.T) {
	s, key := withOneUser(t)
	sent := capture(t, key.KeyID, key.Secret)
	for _, proxied := range []bool{false, true} {
		r := sent.request.Clone(t.Context())
		r.Body = readCloser{bytes.NewReader(sent.body)}
		if proxied {
			r.Header.Set(mockaws.TLSHeader, "1")
		}
		rec := httptest.NewRecorder()
		if s.ServeHTTP(rec, r); rec.Code != http.StatusOK {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		e := s.Journal().Since(s.Journal().Last() - 1)[0]
		if e.TLS != proxied || e.Header.Get(mockaws.TLSHeader) != "" {
			t.Errorf("proxied %v: recorded TLS %v, headers %v", proxied, e.TLS, e.Header)
		}
	}
}
