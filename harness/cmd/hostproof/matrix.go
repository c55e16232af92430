package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/matrix"
	"github.com/hostproof/hostproof/harness/report"
)

type matrixCommand struct {
	Hosts      []string      `help:"Hosts, by name or pattern (vercel*); by default all." placeholder:"HOST,..."`
	Subjects   []string      `help:"Subjects, by name, with or without @version; by default all." placeholder:"SUBJECT,..."`
	Strategies []string      `help:"Strategies; by default all that a subject has." placeholder:"STRATEGY,..."`
	Programs   string        `help:"File of programs of your own (YAML) in place of the built-in subjects; go doc github.com/hostproof/hostproof/harness/matrix.ReadPrograms has its form." placeholder:"FILE"`
	Out        string        `help:"Folder for the reports: index.html, matrix.json, junit.xml and the picture matrix.svg." placeholder:"DIR"`
	Expect     string        `help:"File of expectations instead of the built-in ones." placeholder:"FILE"`
	Record     string        `help:"File to write what came of the cells to, as expectations for a later --expect." placeholder:"FILE"`
	Shard      string        `help:"Run one part of several, I/N; by default what JOB_COMPLETION_INDEX and JOB_COMPLETIONS or a CI's variables for parallel jobs say." placeholder:"I/N"`
	Parallel   int           `help:"Runs at a time; by default one a processor." placeholder:"N"`
	Isolation  string        `enum:"auto,sandbox,endpoint," default:"" help:"As for run."`
	Mock       string        `enum:"embedded,container," default:"" help:"As for run."`
	Timeout    time.Duration `default:"1m" help:"Time that each run has (${default})."`
	Require    []string      `env:"HOSTPROOF_REQUIRE" help:"Tools that must be there (node,cargo). A subject that lacks another one is skipped, with the reason, unless it is named by --subjects." placeholder:"TOOL,..."`
	List       bool          `help:"List the subjects and their strategies, and run nothing."`
	Example    string        `enum:"github,kubernetes," default:"" help:"Print an example that runs the matrix in shards: github (an Actions workflow) or kubernetes (an Indexed Job)."`
	Command    []string      `arg:"" optional:"" passthrough:"" help:"After --, a program of your own with its arguments, in place of the built-in subjects."`
}

// Run runs the matrix and writes its reports.
func (c *matrixCommand) Run(s *streams) error {
	switch {
	case c.Example != "":
		return printExample(s.out, c.Example)
	case c.List:
		return listSubjects(s.out)
	case c.Out == "":
		return &exitError{exitUsage, errors.New("want a folder for the reports: --out DIR")}
	}
	plan, options, err := c.plan(s)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r, err := matrix.Run(ctx, plan, options)
	switch {
	case errors.Is(err, context.Canceled):
		return &exitError{exitHarness, errors.New("interrupted")}
	case err != nil:
		return err
	}
	if c.Record != "" {
		if err := c.record(r); err != nil {
			return err
		}
	}
	return publish(s, r, c.Out)
}

// record writes what came of the cells, which is then what is expected of them.
func (c *matrixCommand) record(r *report.Report) error {
	var rules bytes.Buffer
	if err := matrix.WriteExpectations(&rules, r); err != nil {
		return fmt.Errorf("no expectations can be recorded: %w", err)
	}
	if err := os.WriteFile(c.Record, rules.Bytes(), 0o644); err != nil {
		return err
	}
	expected, err := matrix.ReadExpected(&rules)
	if err != nil {
		return err
	}
	expected.Judge(r)
	return nil
}

// subjects are the programs to run, and what is known of them.
func (c *matrixCommand) subjects() ([]matrix.Subject, *matrix.Expected, error) {
	argv := c.Command
	if len(argv) > 0 && argv[0] == "--" {
		argv = argv[1:]
	}
	dir, err := os.Getwd()
	switch {
	case err != nil:
		return nil, nil, err
	case c.Programs != "" && len(argv) > 0:
		return nil, nil, errors.New("a program after -- and a file of programs exclude each other: leave one out")
	case len(argv) > 0:
		return []matrix.Subject{matrix.Own(dir, argv...)}, matrix.AllAccepted(), nil
	case c.Programs == "":
		return matrix.Builtin(), matrix.BuiltinExpected(), nil
	}
	file, err := filepath.Abs(c.Programs)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.Open(c.Programs)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	list, err := matrix.ReadPrograms(f, filepath.Dir(file))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", c.Programs, err)
	}
	return list, matrix.AllAccepted(), nil
}

func (c *matrixCommand) plan(s *streams) (*matrix.Plan, matrix.Options, error) {
	all, known, err := c.subjects()
	if err != nil {
		return nil, matrix.Options{}, err
	}
	o := matrix.Options{Parallel: c.Parallel, Isolation: isolation.Mode(c.Isolation), Mock: c.Mock, Timeout: c.Timeout,
		Expected: known, Progress: newProgress(s.err),
		Required: func(tool string) bool { return len(c.Subjects) > 0 || slices.Contains(c.Require, tool) }}
	plan, err := matrix.NewPlan(fixtures.Builtin(), all, matrix.Selection{Hosts: c.Hosts, Subjects: c.Subjects, Strategies: c.Strategies})
	if err != nil {
		return nil, o, err
	}
	if c.Expect != "" {
		f, err := os.Open(c.Expect)
		if err != nil {
			return nil, o, err
		}
		defer f.Close()
		if o.Expected, err = matrix.ReadExpected(f); err != nil {
			return nil, o, fmt.Errorf("%s: %w", c.Expect, err)
		}
	}
	if o.Shard, err = c.shard(s.err); err != nil {
		return nil, o, err
	}
	return plan, o, nil
}

// shard is the part that the command line asks for or, without that, the
// environment.
func (c *matrixCommand) shard(told io.Writer) (*report.Shard, error) {
	if c.Shard != "" {
		return matrix.ParseShard(c.Shard)
	}
	shard, who, err := matrix.ShardFrom(os.LookupEnv)
	if shard != nil && err == nil {
		fmt.Fprintf(told, "shard %d of %d, as the variables of %s say\n", shard.Index, shard.Total, who)
	}
	return shard, err
}

// publish writes the reports, prints the table and says by its error whether all
// was as expected.
func publish(s *streams, r *report.Report, dir string) error {
	if err := r.WriteTable(s.out, tableStyle(s.out)); err != nil {
		return err
	}
	if err := r.WriteFiles(dir); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "\nreports: %s\n", filepath.Join(dir, "index.html"))
	if r.Unexpected() > 0 {
		return &exitError{code: exitRefused}
	}
	return nil
}

func listSubjects(w io.Writer) error {
	for _, subject := range matrix.Builtin() {
		fmt.Fprintf(w, "%s: %s, %s\n", subject.Name, subject.Title, subject.Call)
		for _, way := range subject.Strategies {
			fmt.Fprintf(w, "  %-20s %s\n", way.Name, way.Title)
		}
	}
	return nil
}
