package pack

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Settings say what to pack.
type Settings struct {
	// Root is the folder of the module.
	Root string
	// Out is the folder that the packages are written to.
	Out string
	// Version is that of the packages, "1.2.3" or "1.2.3-rc.1".
	Version string
	Targets []Target
	// Command, if it is not empty, is the command of the only target, built already.
	Command string
}

// versions are the ones that npm and PyPI read alike.
var versions = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+(-(alpha|beta|rc)\.[0-9]+)?$`)

// check says what cannot be packed.
func (s Settings) check() error {
	switch {
	case !versions.MatchString(s.Version):
		return fmt.Errorf("version %q: want 1.2.3, or 1.2.3-rc.1 with alpha, beta or rc", s.Version)
	case len(s.Targets) == 0:
		return fmt.Errorf("no target to pack for")
	case s.Command != "" && len(s.Targets) != 1:
		return fmt.Errorf("a command that is built already is for one target, not for %d", len(s.Targets))
	}
	return os.MkdirAll(s.Out, 0o755)
}

// Pack writes the packages for npm and PyPI, and returns their files.
func Pack(ctx context.Context, s Settings) (files []string, err error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	for _, t := range s.Targets {
		command, err := s.command(ctx, t)
		if err != nil {
			return nil, err
		}
		for _, write := range []func(Target, []byte) (string, error){s.npmCommand, s.wheel} {
			file, err := write(t, command)
			if err != nil {
				return nil, err
			}
			files = append(files, file)
		}
	}
	file, err := s.npmAPI()
	return append(files, file), err
}

// command is the command for a target.
func (s Settings) command(ctx context.Context, t Target) ([]byte, error) {
	if s.Command != "" {
		return os.ReadFile(s.Command)
	}
	return s.built(ctx, t, "hostproof")
}

// programs are the packages of the programs, by their names.
var programs = map[string]string{"hostproof": "./harness/cmd/hostproof", "mockaws": "./mockaws/cmd/mockaws"}

// built builds a program for a target, without C and without the paths of this machine,
// and returns it.
func (s Settings) built(ctx context.Context, t Target, program string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "hostproof-pack-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, program)
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w -X main.stamped="+s.Version,
		"-o", file, programs[program])
	build.Dir = s.Root
	build.Env = append(os.Environ(), "GOOS="+t.OS, "GOARCH="+t.Arch, "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building %s for %s: %w: %s", program, t, err, out)
	}
	return os.ReadFile(file)
}

// entry is a file of a package.
type entry struct {
	name       string
	data       []byte
	executable bool
}

// tree are the files of a folder of the bindings that have one of these beginnings, in
// order. What a test or an editor has left there is not among them.
func (s Settings) tree(folder string, beginnings ...string) (out []entry, err error) {
	root := filepath.Join(s.Root, "harness", "bindings", folder)
	err = fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !startsWith(name, beginnings) || path.Ext(name) == ".pyc" {
			return err
		}
		data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		out = append(out, entry{name: name, data: data, executable: path.Dir(name) == "bin"})
		return err
	})
	return out, err
}

func startsWith(name string, beginnings []string) bool {
	for _, b := range beginnings {
		if name == b || strings.HasSuffix(b, "/") && strings.HasPrefix(name, b) {
			return true
		}
	}
	return false
}

// replaced is a file's text with a part of it, such as the version that the repository has, replaced.
func replaced(file string, text []byte, part, with string) ([]byte, error) {
	if !bytes.Contains(text, []byte(part)) {
		return nil, fmt.Errorf("%s has no %q", file, part)
	}
	return bytes.Replace(text, []byte(part), []byte(with), 1), nil
}

// license is the module's own.
func (s Settings) license(name string) (entry, error) {
	data, err := os.ReadFile(filepath.Join(s.Root, "LICENSE"))
	return entry{name: name, data: data}, err
}
