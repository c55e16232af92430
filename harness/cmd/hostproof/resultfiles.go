package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/place"
	"github.com/hostproof/hostproof/harness/sarif"
	"github.com/hostproof/hostproof/harness/summary"
)

// reportFlags are the files that a CI system reads.
type reportFlags struct {
	JUnit string `name:"junit" help:"${help_junit}" placeholder:"FILE"`
	SARIF string `name:"sarif" help:"${help_sarif}" placeholder:"FILE"`
}

// resultFlags say where the result of a run goes besides the terminal.
type resultFlags struct {
	reportFlags
	Summary  string `help:"${help_summary}" placeholder:"FILE"`
	Annotate string `enum:"github," default:"" help:"${help_annotate}" placeholder:"github"`
}

// result is what became of a subject that began to run at a time.
type result struct {
	*harness.Result
	subject harness.Subject
	began   time.Time
}

// findings are the findings of a run, and where they show.
func (r *result) findings() []sarif.Finding {
	var problems, file place.Place
	if command, ok := r.subject.(*harness.CommandSubject); ok {
		problems, file = sarif.Where(r.Result, command.Argv, command.Dir)
	}
	return sarif.Of(r.Result, problems, file)
}

// check refuses files that cannot be written to, before anything runs.
func (f *reportFlags) check() error {
	return errors.Join(writable("--junit", f.JUnit), writable("--sarif", f.SARIF))
}

func (f *resultFlags) check() error {
	return errors.Join(f.reportFlags.check(), writable("--summary", f.Summary))
}

// writable makes a file that is not there yet, and is an error where it cannot be
// written to. No file is named by an empty name.
func writable(flag, name string) error {
	return into(flag, name, os.O_APPEND, func(io.Writer) error { return nil })
}

// fileAt is a file as a place of the project that it is in.
func fileAt(file string) place.Place {
	dir, name := filepath.Split(file)
	return place.In(cmp.Or(dir, ".")).Program([]string{name})
}

// write writes the files that are named: as JUnit XML what junit writes.
func (f *reportFlags) write(junit func(io.Writer) error, findings []sarif.Finding) error {
	return errors.Join(into("--junit", f.JUnit, os.O_TRUNC, junit), intoSARIF(f.SARIF, findings))
}

// intoSARIF writes findings with this program's version into the file that --sarif names,
// if it names one.
func intoSARIF(name string, findings []sarif.Finding) error {
	return into("--sarif", name, os.O_TRUNC, func(w io.Writer) error {
		return sarif.Write(w, thisVersion(debug.ReadBuildInfo()).Version, findings)
	})
}

// write writes the result into the files that are named, and its annotations where
// the runner of a CI system reads them.
func (f *resultFlags) write(told io.Writer, r *result) error {
	var findings []sarif.Finding
	if f.SARIF != "" || f.Annotate != "" {
		findings = r.findings()
	}
	junit := func(w io.Writer) error { return summary.WriteJUnit(w, r.Result, r.began) }
	err := errors.Join(f.reportFlags.write(junit, findings),
		into("--summary", f.Summary, os.O_APPEND, func(w io.Writer) error { return summary.Write(w, r.Result) }))
	if f.Annotate != "" {
		err = errors.Join(err, summary.Annotate(told, findings))
	}
	return err
}

// into writes a file that a flag names, if it names one; mode is what becomes of what
// the file has.
func into(flag, name string, mode int, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, mode|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	return errors.Join(write(file), file.Close())
}
