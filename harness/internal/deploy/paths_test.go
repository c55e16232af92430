package deploy

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/project"
)

func TestPathsOfThisMachine(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Chdir(home)
	for _, d := range []string{"out", ".config"} {
		if err := os.Mkdir(filepath.Join(home, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(home, ".npmrc"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := Settings{Project: project.Project{Write: []string{"out", "~/.config"}, Read: []string{"~/.npmrc"}}}
	if err := s.settlePaths(); err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs("out") // t.Chdir may have resolved links
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{here, filepath.Join(home, ".config")}; !slices.Equal(s.write, want) ||
		!slices.Equal(s.read, []string{filepath.Join(home, ".npmrc")}) {
		t.Errorf("write %q, read %q", s.write, s.read)
	}
	for says, p := range map[string]project.Project{
		"write: there is nothing at ": {Write: []string{"none"}},
		"read: there is nothing at ":  {Read: []string{"~/none"}},
		"is no directory":             {Write: []string{"~/.npmrc"}},
	} {
		s := Settings{Project: p}
		if err := s.settlePaths(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", p, err, says)
		}
	}
}
