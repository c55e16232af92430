package casefile

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/hostproof/hostproof/harness/casefile/packages"
)

// A script of a case starts the program of a Go or Cargo package by its name.
func TestScriptsFindTheProgram(t *testing.T) {
	dir := t.TempDir()
	w := &workspace{packages: &packages.Installed{Program: filepath.Join(dir, "subject")}}
	if got := w.bins(); !slices.Equal(got, []string{dir}) {
		t.Errorf("the folders of programs are %q, want %q", got, dir)
	}
	if got := w.argv([]string{"subject", "version"}); !slices.Equal(got, []string{w.packages.Program, "version"}) {
		t.Error(got)
	}
	if got := (&workspace{packages: &packages.Installed{}}).bins(); got != nil {
		t.Error(got)
	}
}
