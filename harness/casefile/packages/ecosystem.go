package packages

import (
	"context"
	"regexp"
	"strings"

	"golang.org/x/tools/txtar"
)

// ecosystem is how packages of one installer are named, locked and laid out.
type ecosystem struct {
	key  string // in YAML and on the command line
	tool string // that locks and installs
	hint string // how to get the tool
	pins func(*Set) *[]string
	// parse understands one name with its version.
	parse func(string) (pin, error)
	// locks are the lock files; the first names the packages and their versions.
	locks []string
	// hashed is the lock file that has a hash for each file, and hash what stands
	// before each.
	hashed, hash string
	// has reports whether a lock file has a package in its version.
	has func(lock string, p pin) bool
	// manifest are further files that an installation is made of, from the names.
	manifest func(pins []pin, program []txtar.File) []txtar.File
	// resolve makes the lock files in a directory that has the manifest.
	resolve func(ctx context.Context, dir string, pins []pin) error
	// folder lays files out as package subjects installs a folder; nil for as they are.
	folder func(files []txtar.File) []txtar.File
}

var ecosystems = []*ecosystem{npm, pip, golang, cargo, maven}

// parsed are the names of a set; bad ones were refused before.
func (e *ecosystem) parsed(s Set) (out []pin) {
	for _, text := range *e.pins(&s) {
		if p, err := e.parse(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// line reports whether a text has a line that begins with this pattern.
func line(text, pattern string) bool {
	return regexp.MustCompile(`(?m)^\s*` + pattern).MatchString(text)
}

func quote(text string) string { return regexp.QuoteMeta(text) }

// named is the file of a program with this name, if it has one.
func named(program []txtar.File, name string) (out []txtar.File) {
	for _, f := range program {
		if f.Name == name || strings.HasSuffix(f.Name, "/"+name) {
			return []txtar.File{{Name: name, Data: f.Data}}
		}
	}
	return nil
}
