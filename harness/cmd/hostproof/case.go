package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/casefile"
	"github.com/hostproof/hostproof/harness/casefile/packages"
)

type caseCommand struct {
	New  caseNewCommand  `cmd:"" help:"Write a case from a report: its error, the customer's own versions with the hash of each file, and what is left to fill in."`
	Lock caseLockCommand `cmd:"" help:"Make the lock files of the packages that a case names, and write them into it."`
}

type caseNewCommand struct {
	From    string   `placeholder:"FILE" help:"The report as a text, - for standard input: its first address and the line that names the error go into the case."`
	Host    string   `required:"" placeholder:"NAME" help:"The host on which the bug was seen."`
	Npm     []string `placeholder:"NAME@VERSION" sep:"none" help:"A package of npm, in the reporter's version."`
	Pip     []string `placeholder:"NAME==VERSION" sep:"none" help:"A package of Python."`
	Go      []string `placeholder:"PACKAGE@VERSION" sep:"none" help:"A program of Go, or a module that the program main.go imports."`
	Cargo   []string `placeholder:"CRATE@VERSION" sep:"none" help:"A crate that the program main.rs uses; CRATE[FEATURE,...] with features."`
	Maven   []string `placeholder:"GROUP:ARTIFACT:VERSION" sep:"none" help:"An artifact of Maven."`
	Mended  []string `placeholder:"TOOL:PACKAGE" sep:"none" help:"A package in the version that mended the bug, such as npm:left-pad@1.3.0. Without any, the case gets a workaround."`
	Program string   `placeholder:"FILE" help:"The reporter's program: a file of Node.js, Python, Java, a shell, main.go or main.rs."`
	JSON    bool     `help:"Print the name of the file that was written as JSON."`
	Output  string   `short:"o" placeholder:"FILE" help:"The case, which must not exist yet; by default a name in this folder made of the package and the host."`
}

// Run writes the case. Exit 2 for a wrong command line, 3 when a registry did not
// give what is asked for.
func (c *caseNewCommand) Run(s *streams) error {
	d, err := c.draft(s.in)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	file := c.Output
	if file == "" {
		file = nameOf(d)
	}
	if _, err := os.Lstat(file); err == nil {
		return &exitError{exitUsage, fmt.Errorf("%s is there already: name another with --output", file)}
	}
	data, err := s.withInterrupts(func(ctx context.Context) ([]byte, error) { return d.Write(ctx, file) })
	if err != nil {
		return err
	}
	if err := writeNew(file, data); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.out, writtenJSON{[]string{file}})
	}
	fmt.Fprintf(s.out, "wrote %s: fill in what it marks with FILL IN; hostproof replay -v %s shows what happens\n",
		file, file)
	return nil
}

// writtenJSON are files that were written, for a program to read.
type writtenJSON struct {
	Files []string `json:"files"`
}

// draft is the case as the flags describe it.
func (c *caseNewCommand) draft(in io.Reader) (d casefile.Draft, err error) {
	d = casefile.Draft{Host: c.Host, Packages: packages.Set{Npm: c.Npm, Pip: c.Pip, Go: c.Go, Cargo: c.Cargo,
		Maven: c.Maven}}
	if _, err := fixtures.Builtin().Host(c.Host); err != nil {
		return d, err
	}
	for _, text := range c.Mended {
		if err := addMended(&d.Mended, text); err != nil {
			return d, err
		}
	}
	if problems := append(d.Packages.Problems(), d.Mended.Problems()...); len(problems) > 0 {
		return d, errors.New(strings.Join(problems, "; "))
	}
	if c.From != "" {
		if d.Report, err = readReport(c.From, in); err != nil {
			return d, err
		}
	}
	if c.Program != "" {
		d.Name = filepath.Base(c.Program)
		d.Program, err = os.ReadFile(c.Program)
	}
	return d, err
}

// maxReport bounds a report, in bytes.
const maxReport = 4 << 20

func readReport(name string, in io.Reader) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxReport+1))
	if len(data) > maxReport {
		return nil, fmt.Errorf("%s is longer than %d bytes: give the part with the error", name, maxReport)
	}
	return data, err
}

// addMended adds TOOL:PACKAGE to a set.
func addMended(s *packages.Set, text string) error {
	tool, name, _ := strings.Cut(text, ":")
	list := map[string]*[]string{"npm": &s.Npm, "pip": &s.Pip, "go": &s.Go, "cargo": &s.Cargo,
		"maven": &s.Maven}[tool]
	if list == nil {
		return fmt.Errorf("--mended %s: want npm:, pip:, go:, cargo: or maven: before the package", text)
	}
	*list = append(*list, name)
	return nil
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// nameOf is the file's name: the first package, or else "case", and the host.
func nameOf(d casefile.Draft) string {
	first := "case"
	if all := strings.Fields(d.Packages.String()); len(all) > 1 {
		first = strings.TrimPrefix(strings.TrimSuffix(all[1], ","), "@")
		first, _, _ = strings.Cut(first, "@")
		first, _, _ = strings.Cut(first, "==")
	}
	name := notInNames.ReplaceAllString(strings.ToLower(first), "-") + "-on-" + d.Host
	return strings.Trim(name, "-") + ".txtar"
}

// writeNew writes a file that is not there.
func writeNew(file string, data []byte) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

type caseLockCommand struct {
	JSON  bool     `help:"Print the names of the files that were written as JSON."`
	Files []string `arg:"" name:"file" help:"Cases: .txtar files."`
}

// Run writes the lock files into each case; one that is locked as it was stays as it
// is.
func (c *caseLockCommand) Run(s *streams) error {
	for _, file := range c.Files {
		data, err := os.ReadFile(file)
		if err != nil {
			return &exitError{exitUsage, err}
		}
		locked, err := s.withInterrupts(func(ctx context.Context) ([]byte, error) {
			return casefile.Lock(ctx, file, data)
		})
		if err != nil {
			return err
		}
		if err := replaceFile(file, locked); err != nil {
			return err
		}
		if !c.JSON {
			fmt.Fprintf(s.out, "locked %s\n", file)
		}
	}
	if c.JSON {
		return printJSON(s.out, writtenJSON{c.Files})
	}
	return nil
}

// replaceFile writes a file's new content so that a crash leaves the old or the new.
func replaceFile(file string, data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(file), ".case-")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(data)
	if err := errors.Join(err, temporary.Chmod(0o644), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}

// withInterrupts does something that a signal ends.
func (s *streams) withInterrupts(do func(context.Context) ([]byte, error)) ([]byte, error) {
	interrupts := s.interrupts()
	defer interrupts.stop()
	data, err := do(interrupts.ctx)
	return data, interrupts.or(err)
}
