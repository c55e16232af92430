package measure

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestComponents(t *testing.T) {
	groups := components(map[string][]string{
		"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": nil,
	})
	var sizes []string
	for _, g := range groups {
		sizes = append(sizes, strings.Join(g, ""))
	}
	slices.Sort(sizes)
	if got := strings.Join(sizes, " "); got != "abc d e" {
		t.Errorf("components: %q", got)
	}
}

func TestLinesOf(t *testing.T) {
	dir := t.TempDir()
	source := "package p\n\nfunc f(a int) int {\n\n\treturn a + 1 // one\n}\n\n// " + strings.Repeat("w", 118) + "\n"
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := LinesOf(dir, false)
	// func f ( a int ) int { return a + 1 } are 13 tokens on three lines.
	want := Lines{Files: 1, All: 8, Wide: 1, Functions: 1, Tokens: 13, FunctionLines: 3}
	if err != nil || got != want {
		t.Errorf("LinesOf: %+v, %v; want %+v", got, err, want)
	}
	if got, err := LinesOf(dir, true); err != nil || got != (Lines{}) {
		t.Errorf("LinesOf tests: %+v, %v", got, err)
	}
}

func TestPackagesOf(t *testing.T) {
	all, err := PackagesOf(".", ".")
	if err != nil || len(all) != 1 {
		t.Fatalf("PackagesOf: %v, %v", all, err)
	}
	p := all[0]
	if !slices.Contains(p.Exported, "PackagesOf") || slices.Contains(p.Exported, "components") || len(p.Knot) != 0 {
		t.Errorf("PackagesOf: %+v", p)
	}
}
