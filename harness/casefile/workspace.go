package casefile

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/casefile/packages"
	"golang.org/x/tools/txtar"
)

// workspace is a directory with a case's program and the libraries that it
// finds there.
type workspace struct {
	dir       string
	installed *subjects.Installed // nil: the case needs none
	packages  *packages.Installed // the customer's own
}

// newWorkspace installs what the run needs and lays out the case's files.
func newWorkspace(ctx context.Context, s Settings, files, locks []txtar.File) (_ *workspace, err error) {
	w := &workspace{}
	if s.Subject != "" {
		if w.installed, err = subjects.Install(ctx, s.Subject); err != nil {
			return nil, err
		}
	}
	if w.packages, err = packages.Install(ctx, s.Packages, locks, files); err != nil {
		return nil, err
	}
	if w.dir, err = os.MkdirTemp("", "hostproof-case-"); err != nil {
		return nil, err
	}
	if err := w.fill(s, files); err != nil {
		_ = w.remove() // the first error is the one to report
		return nil, err
	}
	return w, nil
}

func (w *workspace) remove() error { return os.RemoveAll(w.dir) }

func (w *workspace) fill(s Settings, files []txtar.File) error {
	for _, f := range files {
		to := filepath.Join(w.dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, f.Data, 0o755); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Libraries)) {
		if err := w.provide(s.Subject, name, s.Libraries[name]); err != nil {
			return err
		}
	}
	if from := w.packages.NodeModules; from != "" {
		return os.Symlink(from, filepath.Join(w.dir, "node_modules"))
	}
	return nil
}

// provide makes a library's version found under the library's own name.
func (w *workspace) provide(subject, name, version string) error {
	manifest, err := os.ReadFile(filepath.Join(w.installed.Dir, "package.json"))
	if os.IsNotExist(err) {
		return w.pinned(subject, name, version)
	}
	if err != nil {
		return err
	}
	var m struct{ Dependencies map[string]string }
	if err := json.Unmarshal(manifest, &m); err != nil {
		return fmt.Errorf("subject %s: package.json: %w", subject, err)
	}
	alias, has := aliasOf(m.Dependencies, name, version)
	if alias == "" {
		return fmt.Errorf("subject %s has no %s %s: %s", subject, name, version, has)
	}
	to := filepath.Join(w.dir, "node_modules", filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.Symlink(filepath.Join(w.installed.Dir, "node_modules", filepath.FromSlash(alias)), to)
}

// aliasOf is the name under which a version is installed. npm has several
// versions of a package side by side under other names ("npm:NAME@VERSION").
func aliasOf(dependencies map[string]string, name, version string) (alias, has string) {
	var versions []string
	for _, alias := range slices.Sorted(maps.Keys(dependencies)) {
		v, ok := strings.CutPrefix(dependencies[alias], "npm:"+name+"@")
		if !ok && alias == name {
			v, ok = dependencies[alias], true
		}
		if ok && v == version {
			return alias, ""
		}
		if ok {
			versions = append(versions, v)
		}
	}
	if len(versions) == 0 {
		return "", "no version of it is in its package.json"
	}
	return "", "it has " + strings.Join(versions, ", ")
}

// pinned checks that a Python subject has the version.
func (w *workspace) pinned(subject, name, version string) error {
	lock, err := os.ReadFile(filepath.Join(w.installed.Dir, "requirements.txt"))
	if err != nil {
		return fmt.Errorf("subject %s: %w", subject, err)
	}
	if has := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + `==([^\s;]+)`).FindSubmatch(lock); has == nil ||
		string(has[1]) != version {
		found := "it is not in its requirements.txt"
		if has != nil {
			found = "it has " + string(has[1])
		}
		return fmt.Errorf("subject %s has no %s %s: %s", subject, name, version, found)
	}
	return nil
}

// bins are the folders with the tools of Python and Node packages, and with the
// program of Go or Cargo packages, which a script finds as "subject".
func (w *workspace) bins() (out []string) {
	var all []string
	if from := w.packages.Venv; from != "" {
		all = append(all, filepath.Join(from, "bin"))
	}
	if w.installed != nil {
		all = append(all, filepath.Join(w.installed.Dir, "venv", "bin"))
	}
	if from := w.packages.NodeModules; from != "" {
		all = append(all, filepath.Join(from, ".bin"))
	}
	if program := w.packages.Program; program != "" {
		all = append(all, filepath.Dir(program))
	}
	for _, bin := range all {
		if _, err := os.Stat(bin); err == nil {
			out = append(out, bin)
		}
	}
	return out
}

// argv is the program's command line: "subject" is the program that the subject
// itself is, as those of compiled languages are, and "python" and the tools that
// come with a Python subject are those of its environment.
func (w *workspace) argv(program []string) []string {
	switch {
	case program[0] == "subject" && w.packages.Program != "":
		return slices.Concat([]string{w.packages.Program}, program[1:])
	case program[0] == "subject" && w.installed != nil:
		return slices.Concat(w.installed.Argv, program[1:])
	}
	argv := slices.Clone(program)
	if strings.ContainsRune(argv[0], filepath.Separator) {
		return argv
	}
	for _, bin := range w.bins() {
		if tool := filepath.Join(bin, argv[0]); isFile(tool) {
			argv[0] = tool
			break
		}
	}
	return argv
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// options lead scripts to the same tools, and Java to the jars of a subject.
func (w *workspace) options() (opts []harness.Option) {
	if bins := w.bins(); len(bins) > 0 {
		path := strings.Join(append(bins, os.Getenv("PATH")), string(filepath.ListSeparator))
		opts = append(opts, harness.Set("PATH", path))
	}
	if from := w.packages.Jars; from != "" {
		opts = append(opts, harness.Set("CLASSPATH", filepath.Join(from, "*")))
	}
	if w.installed != nil && isFile(filepath.Join(w.installed.Dir, "pom.xml")) {
		opts = append(opts, harness.Set("CLASSPATH", filepath.Join(w.installed.Dir, "lib", "*")))
	}
	return opts
}
