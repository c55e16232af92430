package headline_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"github.com/hostproof/hostproof/harness/internal/headline"
)

// TestOf reads what runtimes print when programs fail: each file has the output
// of a real one, and the line that a person would pick.
func TestOf(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		part := map[string]string{}
		for _, f := range archive.Files {
			part[f.Name] = string(f.Data)
		}
		want := strings.TrimSpace(part["headline"])
		if got := headline.Of([]byte(part["output"])); got != want || want == "" {
			t.Errorf("%s: picked %q, want %q", file, got, want)
		}
	}
}

func TestOfBoundsWhatItPicks(t *testing.T) {
	for _, row := range []struct{ name, output string }{
		{"nothing", ""},
		{"white space", "\n \t\n"},
		{"one endless line", strings.Repeat("é", 4<<20)},
		{"no text", string([]byte{0xff, 0xfe, 0x00, 0x1b})},
	} {
		got := headline.Of([]byte(row.output))
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > headline.MaxLength {
			t.Errorf("%s: picked %d characters", row.name, utf8.RuneCountInString(got))
		}
		if strings.ContainsAny(got, "\x00\x1b\n") {
			t.Errorf("%s: picked control characters: %q", row.name, got)
		}
	}
}

func TestNamedIsSilentOfAMereLastLine(t *testing.T) {
	for output, want := range map[string]string{
		"a warning\n": "", "one\nError: two\nthree\n": "Error: two", "": "",
		"thread 'main' panicked at src/main.rs:1:1:\nno key\n": "no key",
	} {
		if got := headline.Named([]byte(output)); got != want {
			t.Errorf("%q: picked %q, want %q", output, got, want)
		}
	}
}
