// Package packages gives a case the versions of a customer: packages of npm, pip, Go,
// Cargo and Maven, named one by one and locked by the hash of each file, the hashes
// of what they need themselves included.
//
// Lock asks the registries once and writes the lock files, which a case then holds;
// Install installs what lock files say into the user's cache, under a name that has a
// hash of their content: once installed, a set is found there without network. No
// script of a package is run where an installer can leave that out (npm, and pip,
// which installs wheels alone); Cargo builds with the build scripts of crates.
package packages

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Set names packages, each with one exact version, by the tool that installs them.
type Set struct {
	Npm   []string `yaml:"npm,omitempty,flow"`   // NAME@VERSION
	Pip   []string `yaml:"pip,omitempty,flow"`   // NAME==VERSION or NAME@VERSION, NAME[EXTRA]==VERSION
	Go    []string `yaml:"go,omitempty,flow"`    // PACKAGE@VERSION: a program, or what the case's main.go imports
	Cargo []string `yaml:"cargo,omitempty,flow"` // CRATE@VERSION, used by the case's main.rs
	Maven []string `yaml:"maven,omitempty,flow"` // GROUP:ARTIFACT:VERSION
}

// Empty reports whether the set names no package.
func (s Set) Empty() bool { return len(s.ecosystems()) == 0 }

// Over is the set with the packages of another for what both name.
func (s Set) Over(base Set) Set {
	out := Set{}
	for _, e := range ecosystems {
		*e.pins(&out) = joined(e, *e.pins(&s), *e.pins(&base))
	}
	return out
}

// joined lists one tool's packages, starting with the base's.
func joined(e *ecosystem, over, base []string) (out []string) {
	replaces := func(text string) bool {
		return slices.ContainsFunc(over, func(o string) bool { return nameOf(e, o) == nameOf(e, text) })
	}
	for _, text := range base {
		if !replaces(text) {
			out = append(out, text)
		}
	}
	return append(out, over...)
}

func nameOf(e *ecosystem, text string) string {
	p, err := e.parse(text)
	if err != nil {
		return text
	}
	return p.Name
}

// String names the packages for a person.
func (s Set) String() string {
	var out []string
	for _, e := range ecosystems {
		for _, text := range *e.pins(&s) {
			out = append(out, e.key+" "+text)
		}
	}
	return strings.Join(out, ", ")
}

// ecosystems are the tools that the set has packages of.
func (s Set) ecosystems() (out []*ecosystem) {
	for _, e := range ecosystems {
		if len(*e.pins(&s)) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// Problems says which names of packages mean nothing.
func (s Set) Problems() (out []string) {
	for _, e := range s.ecosystems() {
		for _, text := range *e.pins(&s) {
			if _, err := e.parse(text); err != nil {
				out = append(out, fmt.Sprintf("%s: %s", e.key, err))
			}
		}
	}
	return out
}

// LockFiles are the names that lock files may have.
func LockFiles() (out []string) {
	for _, e := range ecosystems {
		out = append(out, e.locks...)
	}
	return out
}

// Unlocked says what the lock files lack: one that is missing, that has a package in
// another version than the set, or that has no hashes.
func (s Set) Unlocked(files []txtar.File) (out []string) {
	for _, e := range s.ecosystems() {
		for _, name := range e.locks {
			lock, there := find(files, name)
			switch {
			case !there:
				out = append(out, fmt.Sprintf("%s: there is no lock file %s", e.key, name))
				continue
			case !strings.Contains(string(lock), e.hash) && name == e.hashed:
				out = append(out, fmt.Sprintf("%s: %s has no hashes (%q)", e.key, name, e.hash))
			}
		}
		lock, there := find(files, e.locks[0])
		for _, text := range *e.pins(&s) {
			if p, err := e.parse(text); err == nil && there && !e.has(string(lock), p) {
				out = append(out, fmt.Sprintf("%s: %s does not have %s in version %s", e.key, e.locks[0], p.Name,
					p.Version))
			}
		}
	}
	return out
}

func find(files []txtar.File, name string) ([]byte, bool) {
	for _, f := range files {
		if f.Name == name {
			return f.Data, true
		}
	}
	return nil, false
}
