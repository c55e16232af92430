package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// try runs the command and returns what it said on standard error.
func try(t *testing.T, args ...string) (int, string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	saved := os.Stderr
	os.Stderr = w
	code := run(args)
	os.Stderr = saved
	w.Close()
	said, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return code, string(said)
}

func TestBadInputIsOneClearLine(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	if err := os.WriteFile(broken, []byte("accounts:\n  - id: 1\n    userz: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown flag", []string{"serve", "--nope"}, 2, "--nope"},
		{"no command", nil, 2, "serve"},
		{"no seed file", []string{"serve", "--seed", "/does/not/exist.yaml"}, 1, "exist.yaml: no such file"},
		{"broken seed file", []string{"serve", "--seed", broken}, 1,
			"broken.yaml: seed: line 3: there is no key \"userz\" here; the keys are id, "},
		{"no region", []string{"serve", "--region", "no where"}, 2, "--region \"no where\" is no AWS region"},
		{"short token", []string{"serve", "--admin-token", "short"}, 2, "--admin-token has 5 characters"},
		{"upstream of nothing", []string{"serve", "--upstream", "nope=http://127.0.0.1:1"}, 1,
			"the mock knows no such service"},
		{"upstream without URL", []string{"serve", "--upstream", "s3"}, 1, "want SERVICE=URL"},
		{"upstream with a path", []string{"serve", "--upstream", "s3=http://127.0.0.1:1/base"}, 1,
			"the URL has only scheme, host and port: http://127.0.0.1:1"},
		{"bad address", []string{"serve", "--listen", "nowhere:99999"}, 1, "cannot listen on nowhere:99999"},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, said := try(t, row.args...)
			if code != row.code || !strings.Contains(said, row.says) || strings.Count(said, "\n") != 1 {
				t.Errorf("exit %d, said %q; want %d and %q in one line", code, said, row.code, row.says)
			}
		})
	}
}

// TestHelp is no failure, and nothing is served.
func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}} {
		if code, said := try(t, args...); code != 0 || said != "" {
			t.Errorf("%v: exit %d, said %q", args, code, said)
		}
	}
}
