package docs_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/internal/page"
	"github.com/hostproof/hostproof/harness/need"
)

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
	if err != nil || len(pages) < 8 {
		t.Fatalf("pages %v, %v", pages, err)
	}
	skills, err := filepath.Glob("../skills/*/SKILL.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(pages, skills...) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".md"), func(t *testing.T) { follow(t, bin, read(t, file)) })
	}
}

func follow(t *testing.T, bin, text string) {
	t.Helper()
	dir := t.TempDir()
	page.Follow(t, dir, text, func(command string) string { return run(t, dir, bin, command) },
		func(b page.Block) { t.Errorf("a block of %s is neither a file nor a console", b.Language) })
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
