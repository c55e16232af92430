package place

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/hostproof/hostproof/harness/need"
)

// project is a folder with files of ten lines each.
func project(t *testing.T, files ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		path := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Repeat("x\n", 9)+"x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestOf has the stacks as runtimes print them.
func TestOf(t *testing.T) {
	dir := project(t, "app.mjs", "lib/keys.mjs", "with space.mjs", "node_modules/x/index.js", "app.py", "pkg/keys.py",
		".venv/lib/x.py", "main.go", "keys.go", "src/main.rs", "app.rb", "a.php", "src/main/java/com/acme/Keys.java",
		"I.java")
	stacks, err := txtar.ParseFile("testdata/stacks.txtar")
	if err != nil || len(stacks.Files) < 20 {
		t.Fatal(err, len(stacks.Files))
	}
	for _, stack := range stacks.Files {
		name, want, _ := strings.Cut(stack.Name, ":")
		p := In(dir).Of(bytes.ReplaceAll(stack.Data, []byte("DIR"), []byte(dir)))
		got := ""
		if p != (Place{}) {
			got = p.File + ":" + strconv.Itoa(p.Line)
		}
		if got != strings.TrimSpace(want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := In(filepath.Join(dir, "none")).Of([]byte("./app.rb:1:in `x'")); got != (Place{}) {
		t.Errorf("a folder that is not there: %+v", got)
	}
}

// TestOfRealStacks runs what the table above only copies.
func TestOfRealStacks(t *testing.T) {
	for program, text := range map[string]string{
		"node":    "import fs from 'node:fs'\n\nfunction get() { fs.readFileSync('/none') }\nget()\n",
		"python3": "import json\n\ndef get(): json.loads('{')\nget()\n",
	} {
		need.Program(t, program, "install it")
		dir := t.TempDir()
		file := map[string]string{"node": "app.mjs", "python3": "app.py"}[program]
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(context.Background(), program, file)
		cmd.Dir = dir
		output, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("%s did not fail", program)
		}
		if got := In(dir).Of(output); got != (Place{file, 3}) {
			t.Errorf("%s: got %+v of\n%s", program, got, output)
		}
	}
}

func TestProgram(t *testing.T) {
	dir := project(t, "app.mjs", "src/main.py", "node_modules/.bin/next")
	for _, row := range []struct {
		argv []string
		want string
	}{
		{[]string{"node", "app.mjs"}, "app.mjs"}, {[]string{"python3", "-u", "src/main.py", "app.mjs"}, "src/main.py"},
		{[]string{"node", filepath.Join(dir, "app.mjs")}, "app.mjs"}, {[]string{"npx", "next", "start"}, ""},
		{[]string{"node_modules/.bin/next"}, ""}, {[]string{"cat", "/etc/passwd", "src"}, ""}, {nil, ""},
	} {
		if got := In(dir).Program(row.argv); got != (Place{File: row.want}) {
			t.Errorf("%q: got %+v, want %s", row.argv, got, row.want)
		}
	}
}

// TestInRepository: paths are told from the root of a clone, and a frame may name a file
// anywhere in it.
func TestInRepository(t *testing.T) {
	root := project(t, ".git/HEAD", "apps/web/a.mjs", "packages/keys/k.mjs")
	p := In(filepath.Join(root, "apps", "web"))
	if got := p.Program([]string{"node", "a.mjs"}); got.File != "apps/web/a.mjs" {
		t.Errorf("the program: %+v", got)
	}
	stack := "E: x\n    at f (" + root + "/packages/keys/k.mjs:3:1)\n"
	if got := p.Of([]byte(stack)); got != (Place{"packages/keys/k.mjs", 3}) {
		t.Errorf("a package of it: %+v", got)
	}
}

// FuzzOf: no output breaks it, and what it finds is a line of the project.
func FuzzOf(f *testing.F) {
	f.Add("Error: x\n    at a.b/c(d.java:1)\n")
	f.Add("\tat x/.y(z.java:3)")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, output string) {
		if p := In(dir).Of([]byte(output)); p != (Place{}) {
			t.Errorf("found %+v in an empty folder", p)
		}
	})
}
