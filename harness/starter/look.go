package starter

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// Found is what was found out about a project.
type Found struct {
	Signs []Sign
	// Hosts are where it is deployed, as far as its files say so.
	Hosts []string
	// Runner is the test runner: "vitest", "jest", "node:test", "pytest" or "go"; empty
	// where there is no package for the language.
	Runner string
	// Because names the file that says so.
	Because string
	// Command starts the program; empty where no file says how.
	Command []string
	// Port is at which the program listens; 0 for one that is no server.
	Port int
	// Keys are the names under which the project keeps a key and its secret.
	Keys []string

	typeScript, tests, gitLab bool
	goPackage                 string
}

// Look looks at a project.
func Look(project fs.FS) Found {
	f := Found{
		typeScript: exists(project, "tsconfig.json"), tests: exists(project, "tests"),
		gitLab: exists(project, ".gitlab-ci.yml"), Keys: keysOf(project),
	}
	f.Signs, f.Hosts = hostsOf(project)
	for _, language := range []struct {
		file string
		look func(*Found, fs.FS, string)
	}{
		{"package.json", lookAtNode}, {"pyproject.toml", lookAtPython}, {"requirements.txt", lookAtPython},
		{"go.mod", lookAtGo}, {"pom.xml", lookAtJava},
	} {
		if text := read(project, language.file); text != "" {
			f.Because = language.file
			language.look(&f, project, text)
			break
		}
	}
	return f
}

// envFiles are where projects list their variables.
var envFiles = []string{".env.example", ".env.sample", ".env.template", ".env", ".env.local"}

var assignment = regexp.MustCompile(`(?m)^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=`)

// keysOf are the names of a key and its secret in the project's list of variables. Those
// that hosts keep to themselves, AWS_ACCESS_KEY_ID and so on, are none of the project's.
func keysOf(project fs.FS) []string {
	for _, file := range envFiles {
		var names []string
		for _, m := range assignment.FindAllStringSubmatch(read(project, file), -1) {
			names = append(names, m[1])
		}
		for _, id := range names {
			secret := strings.Replace(id, "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", 1)
			if secret != id && !strings.HasPrefix(id, "AWS_") && slices.Contains(names, secret) {
				return []string{id, secret}
			}
		}
	}
	return nil
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
