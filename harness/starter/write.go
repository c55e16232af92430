package starter

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"text/template"

	"github.com/hostproof/hostproof/fixtures"
)

//go:embed templates
var templates embed.FS

// File is a file to write.
type File struct {
	Name string // with slashes, from the project's folder
	Text string
	// Kept says that a file of that name is there, which stays as it is.
	Kept bool
}

// Files are what a project gets: nothing where it only holds projects of their own.
func (f Found) Files() ([]File, error) {
	var out []File
	if f.Holds() {
		return nil, nil
	}
	for _, of := range []struct{ template, name string }{
		{testTemplates[f.Runner], f.testFile()}, {f.ci.template, f.ci.file},
	} {
		if of.template == "" {
			continue
		}
		text, err := f.fill(of.template)
		if err != nil {
			return nil, err
		}
		out = append(out, File{Name: of.name, Text: text})
	}
	return out, nil
}

// testTemplates are the first tests by runner.
var testTemplates = map[string]string{
	"vitest": "vitest", "jest": "jest", "node:test": "node", "pytest": "pytest", "go": "go",
	"junit": "junit", "cargo": "cargo",
}

// Holds says that a folder has projects of their own, and no program that is known to
// start.
func (f Found) Holds() bool { return len(f.Command) == 0 && f.javaMain == "" && len(f.Inner) > 0 }

// addingByRunner is what gives a project the package that its first test needs, where no
// file of the project says how.
var addingByRunner = map[string]string{
	"pytest": "pip install hostproof",
	"go":     "go mod tidy",
	"junit":  "io.github.hostproof:hostproof among the dependencies of pom.xml, with scope test",
	"cargo":  "cargo add --dev hostproof, and the command hostproof on PATH",
}

// Build is the command that makes the program of a compiled language, with the program that
// it makes; empty for others, whose program is Command.
func (f Found) Build() (build string, program []string) {
	switch {
	case len(f.Command) == 0:
		return "", nil
	case f.Runner == "go":
		return f.install[len(f.install)-1], []string{"./hostproof-program"}
	case f.Runner == "junit":
		return f.install[len(f.install)-1], f.Command
	}
	return "", nil
}

// Next is the command that runs the program on the first of its hosts, and gets it ready
// before where hostproof run does not.
func (f Found) Next() string {
	with := f.filling()
	build := ""
	if f.builds != "" {
		build = f.builds + " && "
	} else if made, _ := f.Build(); made != "" && f.Runner != "go" {
		build = made + " && "
	} else {
		with.Program = with.Command
	}
	if !with.Guessed {
		with.Program = []string{"YOUR", "PROGRAM"}
	}
	return fmt.Sprintf("%s%shostproof run --host %s%s -- %s", build, f.starts, with.Hosts[0], with.Flags,
		shell(with.Program))
}

// testCommands run the first test, by runner.
var testCommands = map[string]string{
	"vitest": "npx vitest run %s", "jest": "npx jest %s", "node:test": "node --test %s",
	"pytest": "python -m pytest %s", "go": "go test -run TestOnHosts .",
	"cargo": "cargo test --test hostproof", "junit": "mvn test -Dtest=HostproofTest",
}

// Test is the command that runs the first test; empty where there is none.
func (f Found) Test() string {
	command := testCommands[f.Runner]
	if f.builds != "" {
		command = f.builds + " && " + command
	}
	return strings.ReplaceAll(command, "%s", f.testFile())
}

// Adding is what gives the project the package that its first test needs; empty where
// there is no test.
func (f Found) Adding() string { return cmp.Or(f.adding, addingByRunner[f.Runner]) }

func (f Found) testFile() string {
	switch {
	case f.Runner == "go":
		return "hostproof_test.go"
	case f.Runner == "junit":
		return path.Join("src/test/java", strings.ReplaceAll(f.javaPackage(), ".", "/"), "HostproofTest.java")
	case f.Runner == "cargo":
		return "tests/hostproof.rs"
	case f.Runner == "pytest" && f.tests:
		return "tests/test_hostproof.py"
	case f.Runner == "pytest":
		return "test_hostproof.py"
	case f.Runner == "vitest" && f.typeScript:
		return "hostproof.test.ts"
	case f.Runner == "jest":
		return "hostproof.test.cjs"
	}
	return "hostproof.test.mjs"
}

// javaPackage is the package of the class that starts the program, whose test is in it,
// too; empty for none.
func (f Found) javaPackage() string {
	name, _ := cutLast(f.javaMain, ".")
	return name
}

// cutLast cuts a text at the last separator; without one, all of it comes after.
func cutLast(text, separator string) (before, after string) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return "", text
	}
	return text[:i], text[i+len(separator):]
}

// filling is what the templates are filled with.
type filling struct {
	Found
	Guessed   bool // Command is the project's own
	GoPackage string
	// JavaPackage and JavaMain are those of the class that starts the program.
	JavaPackage, JavaMain string
	Binary                string // of the project's own, in Rust
	// Program starts what Install has got ready, on a CI system.
	Program   []string
	Install   []string
	Flags     string // of hostproof run, with a space in front
	Roles     bool   // each host has roles, which may do nothing until the project says so
	Toolchain toolchain
}

func (f Found) filling() filling {
	with := filling{
		Found: f, GoPackage: f.goPackage, Guessed: len(f.Command) > 0, Install: f.install,
		Toolchain: toolchains[f.Because],
	}
	with.JavaPackage, with.Binary = f.javaPackage(), f.binary
	_, with.JavaMain = cutLast(f.javaMain, ".")
	if len(with.Hosts) == 0 {
		with.Hosts = Otherwise()
	}
	if !with.Guessed {
		with.Command = []string{"echo", "put the command of your program here"}
	}
	with.Program = with.Command
	if _, program := f.Build(); program != nil {
		with.Program = program
	}
	if f.Port != 0 {
		with.Flags += fmt.Sprintf(" --port %d", f.Port) + f.Visit.flags()
	}
	if len(f.Keys) > 0 {
		with.Flags += " --key-as " + strings.Join(f.Keys, ",")
	}
	if with.Roles = !slices.ContainsFunc(with.Hosts, hasNoRole); with.Roles {
		with.Flags += " --role-allow '*=*'"
	}
	return with
}

func hasNoRole(host string) bool {
	h, err := fixtures.Builtin().Host(host)
	return err != nil || len(h.Roles) == 0
}

func (f Found) fill(name string) (string, error) {
	with := f.filling()
	t, err := template.New(name+".tmpl").Funcs(template.FuncMap{
		"json": asJSON, "list": asList, "words": strings.Join, "shell": shell,
		"rest": func(s []string) []string { return s[1:] },
	}).ParseFS(templates, "templates/"+name+".tmpl")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, with)
	return b.String(), err
}

// asJSON is a text as JavaScript, Python and Go read it.
func asJSON(value any) (string, error) {
	text, err := json.Marshal(value)
	return strings.ReplaceAll(string(text), `","`, `", "`), err
}

// asList is a list of texts without its brackets.
func asList(values []string) (string, error) {
	text, err := asJSON(values)
	return strings.Trim(text, "[]"), err
}

// shell is a command line for bash.
func shell(words []string) string {
	var out []string
	for _, word := range words {
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-") != "" {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		out = append(out, word)
	}
	return strings.Join(out, " ")
}

// Write writes the files into a project, but none over another: what is there is kept,
// and marked so.
func Write(project *os.Root, files []File) error {
	for i := range files {
		err := write(project, files[i])
		switch {
		case errors.Is(err, fs.ErrExist):
			files[i].Kept = true
		case err != nil:
			return fmt.Errorf("%s: %w", files[i].Name, err)
		}
	}
	return nil
}

func write(project *os.Root, f File) error {
	if dir := path.Dir(f.Name); dir != "." {
		if err := project.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	file, err := project.OpenFile(f.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(f.Text)
	return errors.Join(err, file.Close())
}
