package starter

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Found is what was found out about a project.
type Found struct {
	Signs []Sign
	// Hosts are where it is deployed, as far as its files say so.
	Hosts []string
	// Runner is the test runner: "vitest", "jest", "node:test", "pytest", "go", "junit"
	// or "cargo"; empty where there is nothing to test.
	Runner string
	// Usual says that no file names the runner: it is what the language has by itself, or
	// most projects use.
	Usual bool
	// Because names the file that says which language it is.
	Because string
	// Inner are folders with projects of their own.
	Inner []string
	// Command starts the program; empty where no file says how.
	Command []string
	// Port is at which the program listens; 0 for one that is no server.
	Port int
	// Visit is a request to the server that makes it call AWS.
	Visit Visit
	// Keys are the names under which the project keeps a key and its secret.
	Keys []string

	typeScript, tests bool
	ci                ciSystem
	adding            string // what adds the test's package to package.json
	starts            string // what stands in front of hostproof where a package has it
	goPackage         string
	javaMain, binary  string   // what starts the program in Java and in Rust
	install           []string // what gets the program ready
	builds            string   // what makes a server that a framework starts
}

// languages are looked at in this order. A project may have files of several: a
// website's tools beside a program in Go.
var languages = []struct {
	file string
	look func(*Found, fs.FS, string)
}{
	{"serverless.yml", lookAtServerless}, {"package.json", lookAtNode}, {"pyproject.toml", lookAtPython},
	{"requirements.txt", lookAtPython}, {"setup.py", lookAtPython}, {"Pipfile", lookAtPython},
	{"go.mod", lookAtGo}, {"pom.xml", lookAtJava}, {"Cargo.toml", lookAtRust},
}

// Look looks at a project.
func Look(project fs.FS) Found {
	f := languageOf(project)
	f.typeScript, f.tests = exists(project, "tsconfig.json"), exists(project, "tests")
	f.ci, f.Inner = ciOf(project), inner(project)
	f.Signs, f.Hosts = hostsOf(project)
	f.Keys = keysOf(project, f.Hosts, f.Command)
	if exists(project, "node_modules/.bin/hostproof") {
		f.adding, f.starts = "", "npx "
	}
	return f
}

// languageOf is what is found out by a project's language: the first of whose files one
// says how a program starts, or else the first of which there is a file.
func languageOf(project fs.FS) (f Found) {
	for _, language := range languages {
		text := read(project, language.file)
		if text == "" {
			continue
		}
		this := Found{Because: language.file}
		language.look(&this, project, text)
		if this.Because != "" && (f.Because == "" || f.Command == nil && this.Command != nil) {
			f = this
		}
	}
	return f
}

// inner are the folders, one and two below, with a project of their own whose program
// is known to start.
func inner(project fs.FS) (out []string) {
	for _, language := range languages {
		for _, pattern := range []string{"*/" + language.file, "*/*/" + language.file} {
			files, err := fs.Glob(project, pattern)
			if err != nil {
				continue
			}
			for _, file := range files {
				dir := path.Dir(file)
				if strings.HasPrefix(dir, "node_modules") || strings.HasPrefix(dir, ".") ||
					slices.Contains(out, dir) {
					continue
				}
				if below, err := fs.Sub(project, dir); err == nil && languageOf(below).Command != nil {
					out = append(out, dir)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// first is the first of some files that is there.
func first(project fs.FS, names ...string) string {
	for _, name := range names {
		if exists(project, name) {
			return name
		}
	}
	return ""
}
