package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestProbeOfOneThatRefusesAll gives it no credit, and names it.
func TestProbeOfOneThatRefusesAll(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no",
			http.StatusForbidden)
	}))
	defer srv.Close()
	t.Setenv("PROBE_SECRET", strings.Repeat("s", 40))
	args := []string{"probe", "--endpoint", srv.URL, "--key-id", "AKIAQQQQQQQQQQQQQQQQ", "--secret-from-env",
		"PROBE_SECRET", "--peer", "wall 1.0"}
	code, out, errOut := try(t, args...)
	if code != exitRefused || !strings.HasPrefix(out, "wall 1.0: nothing can be said") {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}
	code, out, _ = try(t, append(args, "--service", "STS")...)
	if code != exitRefused || !strings.Contains(out, "wall 1.0: 0 of 10 answers agree with AWS") ||
		!strings.Contains(out, "10 answers prove nothing") {
		t.Errorf("claimed: exit %d: %s", code, out)
	}
	if code, out, errOut = try(t, append(args, "--service", "Lightsail")...); code != exitUsage ||
		!strings.Contains(errOut, "asked are: STS") {
		t.Errorf("unknown service: exit %d: %s%s", code, out, errOut)
	}
}
