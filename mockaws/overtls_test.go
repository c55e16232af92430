package mockaws_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestTLSOfAProxy checks that a request counts as sent over TLS where it came from a proxy
// of ours, and not because it says so itself.
func TestTLSOfAProxy(t *testing.T) {
	s, key := withOneUser(t)
	sent := capture(t, key.KeyID, key.Secret)
	for _, row := range []struct {
		handler http.Handler
		says    string
		tls     bool
	}{{s, "", false}, {s, "1", false}, {s.OverTLS(), "", true}} {
		r := sent.request.Clone(t.Context())
		r.Body = readCloser{bytes.NewReader(sent.body)}
		if row.says != "" {
			r.Header.Set("Mockaws-Tls", row.says)
			r.Header.Set("X-Forwarded-Proto", "https")
		}
		rec := httptest.NewRecorder()
		if row.handler.ServeHTTP(rec, r); rec.Code != http.StatusOK {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		e := s.Journal().Since(s.Journal().Last() - 1)[0]
		if _, recorded := e.Header["Mockaws-Tls"]; e.TLS != row.tls || recorded != (row.says != "") {
			t.Errorf("it says %q: recorded TLS %v, headers %v", row.says, e.TLS, e.Header)
		}
	}
}
