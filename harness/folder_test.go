//go:build unix

package harness_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hostproof/hostproof/harness"
)

// TestARelativeFolder: a program runs in the folder that a relative path names, also below /tmp,
// over which the sandbox lays a layer of its own.
func TestARelativeFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "app"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "app", "here"), []byte("found"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, mode := range modesHere() {
		for _, in := range []string{"app", "./app", "app/../app/."} {
			d := harness.StartTest(t, "vercel", harness.WithIsolation(mode))
			r, err := d.Run(t.Context(), harness.Command("cat", "here").In(in))
			if err != nil {
				t.Fatal(err)
			}
			if string(r.Stdout) != "found" {
				t.Errorf("%s, in %s: exit %d, %q, %q", mode, in, r.ExitCode, r.Stdout, r.Stderr)
			}
		}
	}
}
