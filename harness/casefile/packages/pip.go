package packages

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hostproof/hostproof/fixtures/installer"
)

var pip = &ecosystem{
	key: "pip", tool: "python3", hint: "install Python 3.9 or newer with venv",
	pins:  func(s *Set) *[]string { return &s.Pip },
	parse: equals,
	locks: []string{"requirements.txt"}, hashed: "requirements.txt", hash: "--hash=sha256:",
	has: func(lock string, p pin) bool {
		// pip takes - _ and . for one another: https://peps.python.org/pep-0503/
		name, _, _ := strings.Cut(p.Name, "[")
		pattern := regexp.MustCompile(`[-_.]+`).ReplaceAllString(quote(strings.ReplaceAll(name, ".", "-")), `[-_.]+`)
		return line(lock, `(?i:`+pattern+`)(\[[^]]*\])?==`+quote(p.Version)+`(\s|$)`)
	},
	resolve: pipCompile,
}

// compiler is the tool that writes the hashes of all files of each release, so that
// a lock file holds on every system.
const compiler = "pip-tools==7.5.3"

// pipCompile locks with a tool in an environment of its own. Wheels alone are
// taken: to install them runs no code.
func pipCompile(ctx context.Context, dir string, pins []pin) error {
	var wanted strings.Builder
	for _, p := range pins {
		fmt.Fprintf(&wanted, "%s==%s\n", p.Name, p.Version)
	}
	if err := os.WriteFile(filepath.Join(dir, "requirements.in"), []byte(wanted.String()), 0o644); err != nil {
		return err
	}
	if err := installer.Run(ctx, dir, nil, "python3", "-m", "venv", "venv"); err != nil {
		return err
	}
	python := filepath.Join(dir, "venv", "bin", "python")
	if err := installer.Run(ctx, dir, nil, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
		"--only-binary", ":all:", compiler); err != nil {
		return err
	}
	if err := installer.Run(ctx, dir, nil, python, "-m", "piptools", "compile", "--quiet", "--generate-hashes",
		"--no-header", "--no-annotate", "--strip-extras", "--allow-unsafe", "--no-emit-index-url",
		"--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options", "--pip-args", "--only-binary=:all:",
		"--output-file", "requirements.txt", "requirements.in"); err != nil {
		return err
	}
	return onlyWheels(filepath.Join(dir, "requirements.txt"))
}

// onlyWheels tells pip in the lock file itself to build nothing.
func onlyWheels(file string) error {
	lock, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append([]byte("--only-binary :all:\n"), lock...), 0o644)
}
