package mutation

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
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
