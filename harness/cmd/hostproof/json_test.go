package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/hostproof/hostproof/harness/capture"
)

// withoutJSON are the commands whose output has a form of its own: a shell's script, a
// manual page, and a protocol that is JSON already.
var withoutJSON = []string{"completion", "man", "stdio"}

// TestEachCommandHasJSON: a program can read what any command has to say.
func TestEachCommandHasJSON(t *testing.T) {
	var c commands
	seen := 0
	for _, command := range parserOf(&c).Model.Leaves(true) {
		seen++
		has := slices.ContainsFunc(command.Flags, func(f *kong.Flag) bool { return f.Name == "json" })
		if name := strings.Fields(command.FullPath())[1]; has == slices.Contains(withoutJSON, name) {
			t.Errorf("%s: --json %v", command.FullPath(), has)
		}
	}
	if seen < 18 {
		t.Errorf("only %d commands", seen)
	}
}

// TestJSONIsAllOfTheOutput runs the commands that need nothing else.
func TestJSONIsAllOfTheOutput(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	program := filepath.Join(dir, "app.sh")
	if err := os.WriteFile(program, []byte("exit 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"init", "--dry-run"}, {"hosts"}, {"show", "vercel"}, {"facts", "--host", "vercel"}, {"version"},
		{"matrix", "--list"}, {"matrix", "--hosts", "local", "--out", "shards", "--", "sh", program},
		{"merge", "shards", "--out", "merged"}, {"capture"},
		{"case", "new", "--host", "local", "--program", program, "--output", "mine.txtar"},
	} {
		at := 1
		if args[0] == "case" {
			at = 2
		}
		out, errOut, code := command(slices.Insert(slices.Clone(args), at, "--json")...)
		if code > exitRefused || !json.Valid([]byte(out)) {
			t.Errorf("hostproof %q --json: exit %d, %s\n%s", args, code, errOut, out)
		}
		if args[0] != "capture" {
			continue
		}
		if _, _, err := capture.Load([]byte(out)); err != nil {
			t.Errorf("a captured host as JSON: %v", err)
		}
	}
}
