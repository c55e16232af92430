package mutation

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed pinned.yaml
var pinned []byte

// Mutant is a small change that the tests have to notice.
type Mutant struct {
	// ID names it, such as "H05".
	ID string `json:"id" yaml:"id"`
	// File has the code, relative to the module's root.
	File string `json:"file" yaml:"file"`
	// Old is the code as it is, and New as it is with the bug.
	Old string `json:"old" yaml:"old"`
	New string `json:"new" yaml:"new"`
	// Tests are the packages whose tests notice it, such as "./harness/diagnose", with
	// spaces between them, the nearest first, and Run chooses among the tests as the
	// flag -run does; empty: all.
	Tests string `json:"tests" yaml:"tests"`
	Run   string `json:"run,omitempty" yaml:"run,omitempty"`
	// Kind is how a change that was drawn was made, such as "boundary, line 12".
	Kind string `json:"kind,omitempty" yaml:"kind,omitempty"`
	// Limit is how long tests may take, such as "3m"; empty: ten minutes. A change that
	// has them hang is noticed.
	Limit string `json:"limit,omitempty" yaml:"limit,omitempty"`
}

// Pinned are the changes that are kept.
func Pinned() ([]Mutant, error) { return Read("pinned.yaml", pinned) }

// Read reads changes from YAML and checks that they are whole. The name of the file
// is for what is wrong.
func Read(name string, data []byte) ([]Mutant, error) {
	var list []Mutant
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	seen := map[string]bool{}
	for _, m := range list {
		_, bad := regexp.Compile(m.Run)
		switch {
		case m.ID == "" || seen[m.ID]:
			return nil, fmt.Errorf("%s: id %q is empty or stands twice", name, m.ID)
		case m.File == "" || m.Old == "" || m.Old == m.New:
			return nil, fmt.Errorf("%s: %s: file and old are needed, and a new that differs", name, m.ID)
		case !strings.HasPrefix(m.Tests, "./") || bad != nil:
			return nil, fmt.Errorf(
				"%s: %s: tests is a package such as ./harness, run a regular expression",
				name,
				m.ID,
			)
		}
		seen[m.ID] = true
	}
	return list, nil
}

// Write writes changes as Read reads them, each on a line: JSON is YAML, and has no
// trouble with tabs.
func Write(list []Mutant) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for _, m := range list {
		out.WriteString("- ")
		if err := encoder.Encode(m); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// Stale says that the code of a change is gone, or is not told apart any more.
type Stale struct{ Problem string }

// Error says what to do.
func (e *Stale) Error() string { return e.Problem }

// Locate finds the file with the code of a change below the module's root: where it
// was, or else wherever it is now.
func (m Mutant) Locate(root string) (string, error) {
	if m.in(filepath.Join(root, m.File)) == 1 {
		return filepath.Join(root, m.File), nil
	}
	var found []string
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (e.Name() == ".git" || e.Name() == "node_modules" || e.Name() == "testdata"):
			return fs.SkipDir
		case e.IsDir() || filepath.Ext(path) != filepath.Ext(m.File) || strings.HasSuffix(path, "_test.go") ||
			e.Name() == "pinned.yaml":
			return nil
		}
		if n := m.in(path); n > 0 {
			found = append(found, slices.Repeat([]string{path}, n)...)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if len(found) != 1 {
		return "", &Stale{
			fmt.Sprintf(
				"%s: its code stands %d times, not once: change it in pinned.yaml, or take it out; it was in %s:\n%s",
				m.ID,
				len(found),
				m.File,
				m.Old,
			),
		}
	}
	return found[0], nil
}

// in counts how often a file has the code.
func (m Mutant) in(path string) int {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0 // a link that leads nowhere, or a file that is gone
	}
	return len(m.code().FindAllIndex(data, -1))
}

// code finds the code of a change, however its lines are broken.
func (m Mutant) code() *regexp.Regexp {
	words := strings.Fields(m.Old)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, `\s+`))
}

// applied is a file's text with the change.
func (m Mutant) applied(data []byte) []byte {
	at := m.code().FindIndex(data)
	return slices.Concat(data[:at[0]], []byte(strings.TrimSpace(m.New)), data[at[1]:])
}

// Undecided says that tests failed with the change, and not because of it.
type Undecided struct{ Problem string }

// Error says what was seen instead.
func (e *Undecided) Error() string { return e.Problem }

// Noticed runs the tests with the change laid over the code, which itself is not
// touched, and reports whether they fail because of it: the tests that fail pass
// without the change, and fail again with it. By are these tests. The error says that
// nothing can be concluded: the code is gone, does not compile, or is Undecided.
func (m Mutant) Noticed(ctx context.Context, root string) (noticed bool, by []string, err error) {
	path, err := m.Locate(root)
	if err != nil {
		return false, nil, err
	}
	overlay, remove, err := m.overlay(path)
	if err != nil {
		return false, nil, err
	}
	defer remove()
	var undecided error
	for _, name := range strings.Fields(m.Tests) {
		noticed, by, err = m.test(ctx, root, overlay, name)
		if noticed {
			err = m.confirm(ctx, root, overlay, name, by)
		}
		var unclear *Undecided
		switch {
		case errors.As(err, &unclear): // the next package's tests may tell
			undecided = err
		case noticed || err != nil:
			return noticed && err == nil, by, err
		}
	}
	return false, nil, undecided
}

// confirm runs the tests that failed once more: they pass without the change, and fail
// with it. A test that fails by chance, or because of the machine, notices nothing.
func (m Mutant) confirm(ctx context.Context, root, overlay, name string, by []string) error {
	alone := m
	if tests := slices.DeleteFunc(slices.Clone(by), func(test string) bool { return test == hang }); len(tests) > 0 {
		alone.Run = "^(" + strings.Join(tests, "|") + ")$"
	}
	if failed, _, err := alone.test(ctx, root, "", name); err != nil || failed {
		return cmp.Or(err, error(&Undecided{fmt.Sprintf("%s: %v of %s fail without the change too", m.ID, by, name)}))
	}
	if failed, _, err := alone.test(ctx, root, overlay, name); err != nil || !failed {
		return cmp.Or(err, error(&Undecided{fmt.Sprintf("%s: %v of %s failed once, and passed then", m.ID, by, name)}))
	}
	return nil
}

// test runs the tests of a package, with the change laid over the code where there is
// an overlay.
func (m Mutant) test(ctx context.Context, root, overlay, name string) (noticed bool, by []string, err error) {
	args := []string{"test", "-vet=off", "-count=1", "-failfast", "-ldflags=-s -w", "-timeout", cmp.Or(m.Limit, "10m")}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	if m.Run != "" {
		args = append(args, "-run", m.Run)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, name)...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	return m.judge(string(out), err)
}

// overlay writes the changed file and what leads the go command to it.
func (m Mutant) overlay(path string) (overlay string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	data, err := os.ReadFile(path)
	if err == nil {
		changed := filepath.Join(dir, filepath.Base(path))
		overlay = filepath.Join(dir, "overlay.json")
		err = os.WriteFile(changed, m.applied(data), 0o600)
		leads, _ := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}}) // of strings: it encodes
		err = errors.Join(err, os.WriteFile(overlay, leads, 0o600))
	}
	if err != nil {
		remove()
		return "", nil, err
	}
	return overlay, remove, nil
}

// hang stands for the tests that did not end.
const hang = "a hang"

var failed = regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)

// judge reads what the go command said.
func (m Mutant) judge(out string, err error) (bool, []string, error) {
	var exit *exec.ExitError
	switch {
	case strings.Contains(out, "[build failed]"), strings.Contains(out, "[setup failed]"):
		return false, nil, fmt.Errorf("%s: with the change, the code does not compile:\n%s", m.ID, out)
	case strings.Contains(out, "[no tests to run]"), strings.Contains(out, "[no test files]"):
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
		return false, nil, fmt.Errorf("%s: no test failed, and go test did:\n%s", m.ID, out)
	}
	return true, by, nil
}
