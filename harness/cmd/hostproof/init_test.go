package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hostproof/hostproof/harness/starter"
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
			"wrote hostproof.test.mjs", "the test needs: npm install --save-dev hostproof\n",
			"next: hostproof run --host netlify -- node app.js"}},
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

// TestInitOnVercel: the host on which a program with a key of its own may fail comes first, and
// the command to try next has the project's names, and the command where npm has put it.
func TestInitOnVercel(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"package.json": `{"main": "app.js"}`, "vercel.json": "{}", "node_modules/.bin/hostproof": "",
		"app.js": "use(process.env.BEDROCK_ACCESS_KEY_ID, process.env.BEDROCK_SECRET_ACCESS_KEY)",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		made := os.MkdirAll(filepath.Dir(path), 0o700)
		if err := errors.Join(made, os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errOut := try(t, "init", dir)
	for _, want := range []string{
		"vercel.json: it is deployed to Vercel (host vercel, vercel-fluid)\n",
		"take out what is not yours:\n  vercel: Vercel Functions with the platform's session token",
		"its key is in BEDROCK_ACCESS_KEY_ID and BEDROCK_SECRET_ACCESS_KEY\n",
		"next: npx hostproof run --host vercel --key-as BEDROCK_ACCESS_KEY_ID,BEDROCK_SECRET_ACCESS_KEY -- " +
			"node app.js\nthe test: node --test hostproof.test.mjs\n",
	} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d, %s: it does not say %q:\n%s", code, errOut, want, out)
		}
	}
	if strings.Contains(out, "the test needs") {
		t.Errorf("the package is there already:\n%s", out)
	}
}

// TestRunSaysWhichHost: a command line without a host is told those that the project's files
// speak of.
func TestRunSaysWhichHost(t *testing.T) {
	for name, want := range map[string]string{
		"vercel.json": "no host: give --host vercel or vercel-fluid (vercel.json: it is deployed to Vercel)",
		"notes.txt":   "no host: give --host NAME (hostproof hosts lists them) or --host-file FILE",
	} {
		t.Chdir(t.TempDir())
		if err := os.WriteFile(name, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, errOut := try(t, "run", "--", "true"); code != exitUsage || !strings.Contains(errOut, want) {
			t.Errorf("%s: exit %d, not %q: %s", name, code, want, errOut)
		}
	}
}

// TestWorkflowsCommandsParse: what a workflow runs is a command line of this command, for
// each CI system.
func TestWorkflowsCommandsParse(t *testing.T) {
	for _, sign := range []string{".gitlab-ci.yml", ".circleci", ".buildkite"} {
		files, err := starter.Look(fstest.MapFS{
			sign:           {},
			"package.json": {Data: []byte(`{"dependencies": {"next": "16"}}`)},
			".env":         {Data: []byte("MY_ACCESS_KEY_ID=\nMY_SECRET_ACCESS_KEY=\n")},
		}).Files()
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(files[len(files)-1].Text), " ")
		_, line, found := strings.Cut(text, "hostproof run ")
		line, _, end := strings.Cut(line, " -- npx next start")
		if !found || !end {
			t.Fatalf("%s: it runs nothing: %s", sign, text)
		}
		host := strings.NewReplacer(`"$HOST"`, "local", "<< parameters.host >>", "local", "{{matrix}}", "local")
		args := append([]string{"run"}, strings.Fields(host.Replace(line))...)
		var c commands
		_, err = parserOf(&c).Parse(append(args, "--", "npx", "next", "start"))
		if err != nil || c.Run.Host != "local" || c.Run.JUnit == "" || c.Run.SARIF == "" || c.Run.Port != 3000 ||
			c.Run.Project.KeyAs == nil {
			t.Errorf("%s: %v: hostproof %q comes to %+v", sign, err, args, c.Run)
		}
	}
}
