//go:build unix

package spool

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestRefusesAPipe: to open one would be to wait for its other end.
func TestRefusesAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for p, says := range map[string]string{path: "a pipe", "/dev/zero": "a device"} {
		if _, err := Open(p, 0); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", p, err, says)
		}
	}
}
