package docs_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/need"
)

// A block is a fenced block of a page: a file, where its opening line names one, or a
// console with commands and what they print.
type block struct {
	language string
	file     string
	text     string
}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)(?: (\\S+))?\n(.*?)^```$")

func blocks(page string) (out []block) {
	for _, m := range fence.FindAllStringSubmatch(page, -1) {
		out = append(out, block{language: m[1], file: m[2], text: m[3]})
	}
	return out
}

// A step is a command of a console and the lines that must be in its output, in this
// order. A line may leave out what follows it, and "…" what is in its midst. A command
// goes on in the next line after a backslash.
type step struct {
	command string
	printed []string
}

func steps(console string) (out []step) {
	for _, line := range lines(strings.ReplaceAll(console, "\\\n", "")) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			out = append(out, step{command: command})
		} else if line = strings.TrimSpace(line); line != "" {
			last := &out[len(out)-1]
			last.printed = append(last.printed, line)
		}
	}
	return out
}

// missing is the first line that the output does not have after those before it.
func (s step) missing(output string) string {
	rest := strings.Join(strings.Fields(output), " ")
	for _, line := range s.printed {
		for _, part := range strings.Split(strings.Join(strings.Fields(line), " "), "…") {
			part = strings.TrimSpace(part)
			i := strings.Index(rest, part)
			if i < 0 {
				return part
			}
			rest = rest[i+len(part):]
		}
	}
	return ""
}

// command builds the command once, as a reader has it on PATH.
var command = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hostproof-guide-")
	if err != nil {
		return "", err
	}
	return dir, exec.Command("go", "build", "-o", dir, "github.com/hostproof/hostproof/harness/cmd/hostproof").Run()
})

// TestGuide follows each page of the guide literally: it writes the files that the page
// has a reader write, gives the commands, and wants to read what the page prints.
func TestGuide(t *testing.T) {
	need.InFull(t)
	bin, err := command()
	t.Cleanup(func() { os.RemoveAll(bin) })
	if err != nil {
		t.Fatal(err)
	}
	need.Program(t, "npm", "install Node.js")
	need.Program(t, "python3", "install Python")
	pages, err := filepath.Glob("guide/*.md")
	if err != nil || len(pages) < 7 {
		t.Fatalf("pages %v, %v", pages, err)
	}
	for _, page := range pages {
		t.Run(strings.TrimSuffix(filepath.Base(page), ".md"), func(t *testing.T) { follow(t, bin, read(t, page)) })
	}
}

func follow(t *testing.T, bin, page string) {
	t.Helper()
	dir, commands := t.TempDir(), 0
	for _, b := range blocks(page) {
		if b.file != "" {
			if err := os.WriteFile(filepath.Join(dir, b.file), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if b.language != "console" {
			t.Errorf("a block of %s is neither a file nor a console", b.language)
			continue
		}
		for _, s := range steps(b.text) {
			commands++
			output := run(t, dir, bin, s.command)
			if line := s.missing(output); line != "" {
				t.Errorf("$ %s\nprints no %q here:\n%s", s.command, line, output)
			}
		}
	}
	if commands == 0 {
		t.Error("the page has no command")
	}
}

// run gives a shell one command, and has all that it prints.
func run(t *testing.T, dir, bin, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("$ %s: %v\n%s", command, err, output)
	}
	return string(output)
}

// TestStepsAreCompared: a line that is not there, or in another order, is noticed.
func TestStepsAreCompared(t *testing.T) {
	s := steps("$ a \\\n  b\nfirst … line\n  second\n$ b\n")
	if len(s) != 2 || s[0].command != "a   b" || len(s[1].printed) != 0 {
		t.Fatalf("steps %+v", s)
	}
	for output, want := range map[string]string{
		"the first long line\nthen   second": "",
		"second\nfirst line":                 "second",
		"first\nsecond":                      "line",
	} {
		if got := s[0].missing(output); got != want {
			t.Errorf("%q: %q is missing, want %q", output, got, want)
		}
	}
}
