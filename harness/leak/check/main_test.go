package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/leak"
)

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	secrets, logs := filepath.Join(dir, "secrets"), filepath.Join(dir, "logs")
	t.Setenv(leak.Variable, secrets)
	token := "IQoJb3JpZ2luX2Vj" + strings.Repeat("k3Zp9QxL7vTb2NdWc8RyFs1HmGj4", 12)
	if err := leak.Register([]string{"Zk3p9QxL7vTb2NdWc8RyFs1HmGj4UaEo6iXB5wKq", token, "short"}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(secrets); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	for _, row := range []struct {
		name, text string
		code       int
		says       string
	}{
		{"clean", "key AKIARZPUZDIKAAAAUSER, token 352 characters, IQoJb3Jp…\nshort\n", 0,
			"2 secrets looked for in 1 files ("},
		{"a secret", "first\nthe secret is Zk3p9QxL7vTb2NdWc8RyFs1HmGj4UaEo6iXB5wKq.\n", 1,
			"line 2: a secret of 40 characters"},
		{"the end of a secret", "…1HmGj4UaEo6iXB5wKq\n", 1, "line 1: a secret of 40 characters"},
		{"a part of a token", token[50:200], 1, "line 1: a secret of 352 characters"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := os.RemoveAll(logs); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(logs, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(logs, "a.log"), []byte(row.text), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, errOut strings.Builder
			if code := run([]string{secrets, logs}, &out, &errOut); code != row.code || !strings.Contains(out.String(),
				row.says) {
				t.Errorf("exit %d, want %d:\n%s%s", code, row.code, out.String(), errOut.String())
			}
			if strings.Contains(out.String(), "UaEo6iXB5wKq") || strings.Contains(out.String(), token[50:80]) {
				t.Errorf("shows what it found:\n%s", out.String())
			}
		})
	}
}

// TestNothingToLookFor: a check that checks nothing has to say so.
func TestNothingToLookFor(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{empty, "."}, {"no-such-file", "."}, {empty}} {
		var out, errOut strings.Builder
		if code := run(args, &out, &errOut); code != 2 || errOut.Len() == 0 {
			t.Errorf("%v: exit %d: %s", args, code, errOut.String())
		}
	}
}
