package mutation

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Undecided says that tests failed with the change, and not because of it.
type Undecided struct{ Problem string }

// Error says what was seen instead.
func (e *Undecided) Error() string { return e.Problem }

// Trials tries changes on the module in a folder. It may be asked by several
// goroutines.
type Trials struct {
	root, dir string
	mu        sync.Mutex
	plain     map[string]func() (string, error) // by package: its tests without a change
}

// NewTrials has a place for what is built; Close removes it.
func NewTrials(root string) (*Trials, error) {
	dir, err := os.MkdirTemp("", "mutants-")
	return &Trials{root: root, dir: dir, plain: map[string]func() (string, error){}}, err
}

// Close removes what was built.
func (t *Trials) Close() error { return os.RemoveAll(t.dir) }

// Noticed runs the tests with the change laid over the code, which itself is not
// touched, and reports whether they fail because of it: the tests that fail pass
// without the change, and fail again with it. By are these tests. The error says that
// nothing can be concluded: the code is gone, does not compile, or is Undecided.
func (t *Trials) Noticed(ctx context.Context, m Mutant) (noticed bool, by []string, err error) {
	path, err := m.Locate(t.root)
	if err != nil {
		return false, nil, err
	}
	dir, overlay, err := m.overlay(path, t.dir)
	if err != nil {
		return false, nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	var undecided error
	for _, name := range strings.Fields(m.Tests) {
		noticed, by, err = t.noticedBy(ctx, m, name, dir, overlay)
		var unclear *Undecided
		switch {
		case errors.As(err, &unclear): // the next package's tests may tell
			undecided = err
		case noticed || err != nil:
			return noticed, by, err
		}
	}
	return false, nil, undecided
}

// noticedBy asks the tests of one package.
func (t *Trials) noticedBy(ctx context.Context, m Mutant, name, dir, overlay string) (bool, []string, error) {
	changed, err := t.build(ctx, m, name, dir, overlay)
	if err != nil {
		return false, nil, err
	}
	failed, by, err := t.run(ctx, m, name, changed, overlay)
	if err != nil || !failed {
		return false, nil, err
	}
	return true, by, t.confirm(ctx, m, name, changed, overlay, by)
}

// confirm runs the tests that failed once more: they pass without the change, and fail
// with it. A test that fails by chance, or because of the machine, notices nothing.
func (t *Trials) confirm(ctx context.Context, m Mutant, name, changed, overlay string, by []string) error {
	plain, err := t.unchanged(ctx, m, name)
	if err != nil {
		return err
	}
	alone := m
	if tests := slices.DeleteFunc(slices.Clone(by), func(test string) bool { return test == hang }); len(tests) > 0 {
		alone.Run = "^(" + strings.Join(tests, "|") + ")$"
	}
	if failed, _, err := t.run(ctx, alone, name, plain, ""); err != nil || failed {
		return cmp.Or(err, error(&Undecided{fmt.Sprintf("%s: %v of %s fail without the change too", m.ID, by, name)}))
	}
	if failed, _, err := t.run(ctx, alone, name, changed, overlay); err != nil || !failed {
		return cmp.Or(err, error(&Undecided{fmt.Sprintf("%s: %v of %s failed once, and passed then", m.ID, by, name)}))
	}
	return nil
}

// unchanged is a package's tests without a change, built once.
func (t *Trials) unchanged(ctx context.Context, m Mutant, name string) (string, error) {
	t.mu.Lock()
	built := t.plain[name]
	if built == nil {
		built = sync.OnceValues(func() (string, error) {
			dir, err := os.MkdirTemp(t.dir, "plain-")
			if err != nil {
				return "", err
			}
			return t.build(ctx, m, name, dir, "")
		})
		t.plain[name] = built
	}
	t.mu.Unlock()
	return built()
}

// build builds the tests of a package, with the change where there is an overlay.
func (t *Trials) build(ctx context.Context, m Mutant, name, dir, overlay string) (string, error) {
	program := filepath.Join(dir, "tests")
	args := []string{"test", "-c", "-vet=off", "-ldflags=-s -w", "-o", program}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, name)...)
	cmd.Dir = t.root
	out, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", fmt.Errorf("%s: %s does not compile: %w:\n%s", m.ID, name, err, out)
	case strings.Contains(string(out), "[no test files]"):
		return "", fmt.Errorf("%s: %s has no test", m.ID, name)
	}
	return program, nil
}

// run runs the tests of a package as go test does. What they build themselves has the
// change as well.
func (t *Trials) run(
	ctx context.Context, m Mutant, name, program, overlay string,
) (failed bool, by []string, err error) {
	args := []string{"-test.paniconexit0", "-test.failfast", "-test.timeout=" + cmp.Or(m.Limit, "10m")}
	if m.Run != "" {
		args = append(args, "-test.run="+m.Run)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = filepath.Join(t.root, name)
	cmd.Env = append(os.Environ(), "PWD="+cmd.Dir)
	if overlay != "" {
		cmd.Env = append(cmd.Env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -overlay="+overlay))
	}
	cmd.WaitDelay = 10 * time.Second // what the tests started may have their output open still
	out, err := cmd.CombinedOutput()
	return m.judge(string(out), err)
}

// overlay writes the changed file and what leads the go command to it, in a folder of
// its own.
func (m Mutant) overlay(path, parent string) (dir, overlay string, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", "", err
	}
	if dir, err = os.MkdirTemp(parent, "mutant-"); err != nil {
		return "", "", err
	}
	changed := filepath.Join(dir, filepath.Base(path))
	overlay = filepath.Join(dir, "overlay.json")
	err = os.WriteFile(changed, m.applied(data), 0o600)
	leads, _ := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}}) // of strings: it encodes
	return dir, overlay, errors.Join(err, os.WriteFile(overlay, leads, 0o600))
}

// hang stands for the tests that did not end.
const hang = "a hang"

var failed = regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)

// judge reads what the tests printed.
func (m Mutant) judge(out string, err error) (bool, []string, error) {
	var exit *exec.ExitError
	switch {
	case strings.Contains(out, "testing: warning: no tests to run"):
		return false, nil, fmt.Errorf("%s: %s has no test %q", m.ID, m.Tests, m.Run)
	case err == nil:
		return false, nil, nil
	case !errors.As(err, &exit):
		return false, nil, err
	}
	var by []string
	for _, match := range failed.FindAllStringSubmatch(out, -1) {
		by = append(by, match[1])
	}
	if strings.Contains(out, "panic: test timed out") {
		by = append(by, hang)
	}
	if len(by) == 0 && !strings.Contains(out, "panic: ") && !strings.Contains(out, "fatal error: ") {
		return false, nil, fmt.Errorf("%s: no test failed, and the tests did:\n%s", m.ID, out)
	}
	return true, by, nil
}
