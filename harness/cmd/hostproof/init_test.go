package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInit(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"package.json": `{"main": "app.js", "devDependencies": {"vitest": "4"}}`,
		"app.js": "", "netlify.toml": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		args []string
		says []string
	}{
		{[]string{"--dry-run"}, []string{"would write hostproof.test.mjs",
			"would write .github/workflows/hostproof.yml"}},
		{nil, []string{"netlify.toml: it is deployed to Netlify (host netlify)", "its tests are run by vitest",
			"wrote hostproof.test.mjs", "next: hostproof run --host netlify -- node app.js"}},
		{nil, []string{"kept hostproof.test.mjs, which is there already", "kept .github/workflows/hostproof.yml"}},
	} {
		code, out, errOut := try(t, append([]string{"init", dir}, row.args...)...)
		for _, want := range row.says {
			if code != 0 || !strings.Contains(out, want) {
				t.Errorf("init %v: exit %d, %s: it does not say %q:\n%s", row.args, code, errOut, want, out)
			}
		}
	}
	if code, _, errOut := try(t, "init", filepath.Join(dir, "none")); code != exitUsage || !strings.Contains(errOut,
		"none") {
		t.Errorf("no such folder: exit %d, %s", code, errOut)
	}
	code, out, _ := try(t, "init", t.TempDir())
	if code != 0 || !strings.Contains(out, "no file says where it is deployed") || !strings.Contains(out,
		"there is no test") {
		t.Errorf("an empty folder: exit %d:\n%s", code, out)
	}
}
