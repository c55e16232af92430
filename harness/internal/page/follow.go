package page

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Follow writes the files of a page into a folder, gives its commands to run, and wants to
// read in what they print what the page says. Other gets each block that is neither.
func Follow(t testing.TB, dir, text string, run func(command string) (printed string), other func(Block)) {
	t.Helper()
	commands := 0
	for _, b := range Blocks(text) {
		switch {
		case b.File != "":
			file := filepath.Join(dir, filepath.FromSlash(b.File))
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755),
				os.WriteFile(file, []byte(b.Text), 0o600)); err != nil {
				t.Fatal(err)
			}
		case b.Language == "console":
			for _, s := range Steps(b.Text) {
				commands++
				printed := run(s.Command)
				if line := s.Missing(printed); line != "" {
					t.Errorf("$ %s\nprints no %q here:\n%s", s.Command, line, printed)
				}
			}
		default:
			other(b)
		}
	}
	if commands == 0 {
		t.Error("the page has no command")
	}
}
