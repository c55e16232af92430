package page

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestStepsAreCompared: a line that is not there, or in another order, is noticed.
func TestStepsAreCompared(t *testing.T) {
	s := Steps("$ a \\\n  b\nfirst … line\n  second\n$ b\n")
	if len(s) != 2 || s[0].Command != "a   b" || len(s[1].Printed) != 0 {
		t.Fatalf("steps %+v", s)
	}
	for output, want := range map[string]string{
		"the first long line\nthen   second": "",
		"second\nfirst line":                 "second",
		"first\nsecond":                      "line",
	} {
		if got := s[0].Missing(output); got != want {
			t.Errorf("%q: %q is missing, want %q", output, got, want)
		}
	}
}

func TestBlocks(t *testing.T) {
	got := Blocks("text\n```js a.mjs\none\n```\n\n```console\n$ x\n```\n")
	want := []Block{{"js", "a.mjs", "one\n"}, {"console", "", "$ x\n"}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestFollow: files are there when a command runs, commands are given in order, and the
// other blocks are told.
func TestFollow(t *testing.T) {
	dir := t.TempDir()
	var commands, others []string
	Follow(t, dir, "```js a/b.mjs\none\n```\n```console\n$ x\nprinted\n$ y\n```\n```xml\n<x/>\n```\n",
		func(command string) string {
			commands = append(commands, command)
			text, err := os.ReadFile(filepath.Join(dir, "a", "b.mjs"))
			if err != nil || string(text) != "one\n" {
				t.Errorf("%q, %v", text, err)
			}
			return "printed\n"
		}, func(b Block) { others = append(others, b.Language) })
	if !slices.Equal(commands, []string{"x", "y"}) || !slices.Equal(others, []string{"xml"}) {
		t.Errorf("commands %q, others %q", commands, others)
	}
}
