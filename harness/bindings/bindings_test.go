package bindings_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness/bindings/pack"
	"github.com/hostproof/hostproof/harness/need"
)

// installed is a set of test runners, pinned by a lock file, in the user's cache.
func installed(t *testing.T, name string) string {
	t.Helper()
	found, err := subjects.InstallFrom(t.Context(), os.DirFS("testdata/subjects"), name)
	ready(t, err)
	return found.Dir
}

// ready ends a test whose subject could not be installed.
func ready(t *testing.T, err error) {
	t.Helper()
	var missing *subjects.MissingToolError
	switch {
	case errors.As(err, &missing):
		need.Missing(t, missing.Tool, missing)
	case err != nil:
		t.Fatal(err)
	}
}

// forHere are the settings of packages for this machine, in a folder that TestMain removes.
var forHere = sync.OnceValues(func() (pack.Settings, error) {
	target, err := pack.Find(runtime.GOOS + "/" + runtime.GOARCH)
	if err != nil {
		return pack.Settings{}, err
	}
	made, err = os.MkdirTemp("", "hostproof-packages-")
	return pack.Settings{Root: "../..", Out: made, Version: "0.0.0", Targets: []pack.Target{target}}, err
})

// packages are the packages for this machine: the command for npm, the wheel, and the
// API for npm.
var packages = sync.OnceValues(func() ([]string, error) {
	s, err := forHere()
	if err != nil {
		return nil, err
	}
	return pack.Pack(context.Background(), s)
})

// made is the folder of the packages.
var made string

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(made)
	os.Exit(code)
}

func built(t *testing.T) (npmCommand, wheel, npmAPI string) {
	t.Helper()
	files, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	return files[0], files[1], files[2]
}

// place is a folder in which a user would run commands.
type place struct {
	dir string
	env []string // besides what this process has
}

// filled is a place with the files of a folder.
func (p place) filled(t *testing.T, from string) {
	t.Helper()
	if err := os.CopyFS(p.dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// run runs a command there, and returns what it prints and whether it went well.
func (p place) run(t *testing.T, argv ...string) (out string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "CI=1", "FORCE_COLOR=", "NODE_OPTIONS=", "MENDED=")
	cmd.Env = append(cmd.Env, p.env...)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v", argv, err)
	}
	return string(text), err == nil
}

// must is run for what has to go well.
func (p place) must(t *testing.T, argv ...string) string {
	t.Helper()
	out, ok := p.run(t, argv...)
	if !ok {
		t.Fatalf("%v failed:\n%s", argv, out)
	}
	return out
}

// story runs a test of the founding story: red, with a message that is the diagnosis,
// and green once the app is mended.
func (p place) story(t *testing.T, change string, argv ...string) {
	t.Helper()
	out, ok := p.run(t, argv...)
	if ok {
		t.Errorf("the app is not mended, and its test is green:\n%s", out)
	}
	for _, want := range []string{"there is a problem on host vercel: mixed-credentials",
		"together with a session token", "AWS_SESSION_TOKEN (set by the host)", change} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("the failure does not say %q:\n%s", want, out)
		}
	}
	p.env = append(p.env, "MENDED=1")
	if out, ok := p.run(t, argv...); !ok {
		t.Errorf("the app is mended, and its test is red:\n%s", out)
	}
}

// begins has hostproof init write a test into a folder, which is green where the program
// is right, and red where it is not.
func (p place) begins(t *testing.T, hostproof, program, broken string, argv ...string) {
	t.Helper()
	p.must(t, hostproof, "init")
	p.must(t, argv...)
	file := within(p.dir, filepath.FromSlash(program))
	if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	out, ok := p.run(t, argv...)
	for _, want := range []string{"there is a problem on host netlify", "on purpose"} {
		if ok || !strings.Contains(out, want) {
			t.Errorf("a program that fails does not say %q:\n%s", want, out)
		}
	}
}

// written writes files into the folder, by their names with slashes.
func (p place) written(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := within(p.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// within is a path below a folder.
func within(dir string, names ...string) string {
	return filepath.Join(append([]string{dir}, names...)...)
}
