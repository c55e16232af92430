package packages

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/hostproof/hostproof/fixtures/installer"
	"golang.org/x/tools/txtar"
)

var golang = &ecosystem{
	key: "go", tool: "go", hint: "install Go 1.24 or newer",
	pins:  func(s *Set) *[]string { return &s.Go },
	parse: at,
	locks: []string{"go.mod", "go.sum"}, hashed: "go.sum", hash: " h1:",
	has: func(lock string, p pin) bool {
		// The module is the package's path or the beginning of it.
		for path := p.Name; path != "." && path != ""; path = parent(path) {
			if line(lock, `(require )?`+quote(path)+` `+quote(p.Version)+`(\s|$)`) {
				return true
			}
		}
		return false
	},
	manifest: func(_ []pin, program []txtar.File) []txtar.File { return named(program, "main.go") },
	resolve:  goGet,
	folder:   beyondGoMod,
}

func parent(path string) string {
	i := strings.LastIndex(path, "/")
	return path[:max(i, 0)]
}

// goModule is how every go command is run here.
var goModule = []string{"GOWORK=off", "GOFLAGS=-mod=mod"}

// goGet writes a module that requires the packages: for a main.go what it imports,
// else the program as the module's tool.
func goGet(ctx context.Context, dir string, pins []pin) error {
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module case\n\ngo 1.24\n"), 0o644); err != nil {
		return err
	}
	get := []string{"get"}
	_, err := os.Stat(filepath.Join(dir, "main.go"))
	if err != nil {
		get = append(get, "-tool")
	}
	for _, p := range pins {
		get = append(get, p.Name+"@"+p.Version)
	}
	if err := installer.Run(ctx, dir, goModule, "go", get...); err != nil {
		return err
	}
	return installer.Run(ctx, dir, goModule, "go", "mod", "tidy")
}

// beyondGoMod gives go.mod and go.sum the names that a subject has them under.
func beyondGoMod(files []txtar.File) (out []txtar.File) {
	for _, f := range files {
		if f.Name == "go.mod" || f.Name == "go.sum" {
			f.Name += ".txt"
		}
		out = append(out, f)
	}
	return out
}
