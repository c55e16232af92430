package packages

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures/steps"
	"github.com/hostproof/hostproof/fixtures/subjects"
	"golang.org/x/tools/txtar"
)

// Installed is where the packages of a set are; a field is empty for a tool that the
// set has no packages of.
type Installed struct {
	NodeModules string // the folder node_modules
	Venv        string // Python's environment
	Program     string // what Go or Cargo has built
	Jars        string // the folder with the jars
}

// Install installs what a set's lock files say. program are the case's own files:
// what Go and Cargo build is among them. A tool that the machine lacks is a
// *subjects.MissingToolError.
func Install(ctx context.Context, s Set, locks, program []txtar.File) (*Installed, error) {
	out := &Installed{}
	for _, e := range s.ecosystems() {
		at, err := e.install(ctx, s, locks, program)
		if err != nil {
			return nil, err
		}
		out.add(e, at)
	}
	return out, nil
}

func (i *Installed) add(e *ecosystem, at *subjects.Installed) {
	switch e {
	case npm:
		i.NodeModules = filepath.Join(at.Dir, "node_modules")
	case pip:
		i.Venv = filepath.Join(at.Dir, "venv")
	case golang, cargo:
		i.Program = at.Argv[0]
	case maven:
		i.Jars = filepath.Join(at.Dir, "lib")
	}
}

// install has package subjects install the folder that the lock files make.
func (e *ecosystem) install(ctx context.Context, s Set, locks, program []txtar.File) (*subjects.Installed, error) {
	if err := e.there(); err != nil {
		return nil, err
	}
	files := e.made(s, program)
	for _, name := range e.locks {
		if lock, ok := find(locks, name); ok {
			files = append(files, txtar.File{Name: name, Data: lock})
		}
	}
	if e.folder != nil {
		files = e.folder(files)
	}
	folder := "case-" + e.key
	for i := range files {
		files[i].Name = folder + "/" + files[i].Name
	}
	fsys, err := txtar.FS(&txtar.Archive{Files: files})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.key, err)
	}
	return subjects.InstallFrom(ctx, fsys, folder)
}

// there is nil where the tool is on this machine.
func (e *ecosystem) there() error {
	if _, err := exec.LookPath(e.tool); err != nil {
		return &subjects.MissingToolError{Tool: e.tool, Hint: e.hint}
	}
	return nil
}

func (e *ecosystem) made(s Set, program []txtar.File) []txtar.File {
	if e.manifest == nil {
		return nil
	}
	return slices.Clone(e.manifest(e.parsed(s), program))
}

// Lock asks the registries for what a set needs, and makes its lock files.
func Lock(ctx context.Context, s Set, program []txtar.File) (out []txtar.File, err error) {
	if problems := s.Problems(); len(problems) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(problems, "; "))
	}
	for _, e := range s.ecosystems() {
		files, err := e.lock(ctx, s, program)
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	return out, nil
}

func (e *ecosystem) lock(ctx context.Context, s Set, program []txtar.File) (out []txtar.File, err error) {
	if err := e.there(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "hostproof-lock-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for _, f := range e.made(s, program) {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
			return nil, err
		}
	}
	end := steps.Begin(ctx, steps.Step{What: "asking the registry of " + e.key, Why: "what " +
		strings.Join(*e.pins(&s), ", ") + " needs"})
	err = e.resolve(ctx, dir, e.parsed(s))
	end(err)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", strings.Join(*e.pins(&s), ", "), err)
	}
	for _, name := range e.locks {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("locking made no %s: %w", name, err)
		}
		out = append(out, txtar.File{Name: name, Data: data})
	}
	return out, nil
}
