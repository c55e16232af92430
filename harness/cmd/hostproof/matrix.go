package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/matrix"
	needed "github.com/hostproof/hostproof/harness/need/names"
	"github.com/hostproof/hostproof/harness/report"
)

type matrixCommand struct {
	Hosts      names  `help:"Hosts, by name or pattern (vercel*); by default all." placeholder:"HOST,..."`
	Subjects   names  `help:"Subjects, by name, with or without @version; by default all." placeholder:"SUBJECT,..."`
	Strategies names  `help:"Strategies; by default all that a subject has." placeholder:"STRATEGY,..."`
	Programs   string `help:"${help_matrix_programs}" placeholder:"FILE"`
	Out        string `help:"${help_matrix_out}" placeholder:"DIR"`
	Expect     string `help:"File of expectations instead of the built-in ones." placeholder:"FILE"`
	Record     string `help:"${help_matrix_record}" placeholder:"FILE"`
	Shard      string `help:"${help_matrix_shard}" placeholder:"I/N"`
	Parallel   int    `help:"Runs at a time; by default one a processor." placeholder:"N"`
	Require    names  `help:"${help_matrix_require}" placeholder:"TOOL,..."`
	List       bool   `help:"List the subjects and their strategies, and run nothing."`
	JSON       bool   `help:"Print the report as JSON; the table then goes to standard error."`
	Example    string `enum:"github,kubernetes," default:"" help:"${help_matrix_example}"`
	ownHosts
	projectFlags
	Command []string `arg:"" optional:"" passthrough:"partial" help:"${help_matrix_command}"`
}

// Help says what the subjects find.
func (c *matrixCommand) Help() string {
	return "A program of your own, after -- or in --programs, is deployed as hostproof run deploys it: the same " +
		"flags have the same defaults, and the same program on the same host comes to the same. A setting for a " +
		"role, a source, an endpoint or a variable holds on those of the hosts that have it.\n\n" +
		"The built-in subjects are deployed with more, which each cell of the report shows as flags of " +
		"hostproof run: a " +
		"Bedrock API key in MY_BEDROCK_API_KEY, the region where the host sets none, all actions for the " +
		"host's roles, a " +
		"bucket named uploads; --baked on hosts that show a project's variables to builds alone, and " +
		"--at-init on hosts " +
		"whose variables come with requests. What you set comes over that."
}

// Run runs the matrix and writes its reports.
func (c *matrixCommand) Run(s *streams) error {
	switch {
	case c.Example != "":
		return printExample(s.out, c.Example)
	case c.List:
		return c.listSubjects(s.out)
	}
	plan, options, err := c.plan(s)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	if err := c.checkPlaces(); err != nil {
		return &exitError{exitUsage, err}
	}
	interrupts := s.interrupts()
	defer interrupts.stop()
	r, err := matrix.Run(interrupts.ctx, plan, options)
	if r == nil {
		return interrupts.or(usageIfSetting(err))
	}
	if c.Record != "" && err == nil {
		if err := c.record(r); err != nil {
			return err
		}
	}
	return interrupts.or(errors.Join(err, publish(s, r, c.Out, c.JSON)))
}

// checkPlaces finds out before the first run whether what is to be written can
// be.
func (c *matrixCommand) checkPlaces() error {
	if c.Out != "" {
		if err := report.CheckDir(c.Out); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	if c.Record == "" {
		return nil
	}
	if info, err := os.Stat(c.Record); err == nil && info.IsDir() {
		return fmt.Errorf("--record: %s is a directory: name a file", c.Record)
	}
	if err := report.CheckDir(filepath.Dir(c.Record)); err != nil {
		return fmt.Errorf("--record: %w", err)
	}
	return nil
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

// subjects are those to run, with what is known to come of them; nil is for the
// built-in ones, of which the hosts know more.
func (c *matrixCommand) subjects() ([]matrix.Subject, *matrix.Expected, error) {
	argv := program(c.Command)
	dir, err := os.Getwd()
	switch {
	case err != nil:
		return nil, nil, err
	case c.Programs != "" && len(argv) > 0:
		return nil, nil, errors.New("a program after -- and a file of programs exclude each other: leave one out")
	case len(argv) > 0 && argv[0] == "":
		return nil, nil, errors.New("the program after -- is an empty word: hostproof matrix -- CMD ARGS")
	case len(argv) > 0:
		return []matrix.Subject{matrix.Own(dir, argv...)}, matrix.AllAccepted(), nil
	case len(c.Command) > 0:
		return nil, nil, errors.New("there is no program after --: hostproof matrix -- CMD ARGS")
	case c.Programs == "":
		return matrix.Builtin(), nil, nil
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
	required, err := c.required()
	if err != nil {
		return nil, matrix.Options{}, err
	}
	if c.Parallel < 0 {
		return nil, matrix.Options{}, fmt.Errorf("--parallel %d: want 1 or more runs at a time", c.Parallel)
	}
	o := matrix.Options{
		Parallel: c.Parallel, Expected: known, Progress: newProgress(s), Required: required,
	}
	plan, err := c.selection(all, &o)
	if err != nil {
		return nil, o, err
	}
	if o.Expected == nil {
		if o.Expected, err = matrix.BuiltinExpected(o.Catalog); err != nil {
			return nil, o, err
		}
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
		o.Expected.On(o.Catalog)
	}
	if o.Shard, err = c.shard(s.err); err != nil {
		return nil, o, err
	}
	return plan, o, nil
}

// selection is the plan, and what the project and its programs have on all hosts.
func (c *matrixCommand) selection(all []matrix.Subject, o *matrix.Options) (*matrix.Plan, error) {
	catalog, own, err := c.catalog()
	if err != nil {
		return nil, err
	}
	o.Catalog = catalog
	hosts := c.Hosts
	if own != "" && len(hosts) == 0 {
		hosts = []string{own}
	}
	selection := matrix.Selection{Hosts: hosts, Subjects: c.Subjects, Strategies: c.Strategies}
	plan, err := matrix.NewPlan(catalog, all, selection)
	if err != nil {
		return nil, err
	}
	if !c.mayRun(isolation.Program) {
		return nil, fmt.Errorf("--isolation %s: programs of this machine cannot run so; "+
			"images, which --programs may list, run so without it", c.Project.Isolation)
	}
	if o.Project, err = c.project(); err != nil {
		return nil, err
	}
	if own != "" && o.Project.KeyAs == nil && len(o.Project.Users) == 0 && (len(c.Command) > 0 || c.Programs != "") {
		o.Project.KeyAs = []string{} // the file has the names
	}
	return plan, plan.CheckProject(o.Project)
}

// required lists the tools that must be there: from --require, or else those that
// the variable of the tests lists.
func (c *matrixCommand) required() (func(tool string) bool, error) {
	tools := subjects.Tools()
	names, known, from := c.Require, tools, "--require"
	if text := os.Getenv(needed.Variable); len(names) == 0 && text != "" {
		names, known, from = strings.Split(text, ","), slices.Concat(tools, needed.All), needed.Variable
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%s: %q is no tool of a subject%s There are: %s",
				from, name, fixtures.DidYouMean(name, known), strings.Join(known, ", "))
		}
	}
	return func(tool string) bool {
		return slices.Contains(names, tool) || len(c.Subjects) > 0 && !subjects.MayBeGone(tool)
	}, nil
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

// publish prints the table, writes the reports where a folder is given, and says
// by its error whether all was as expected.
func publish(s *streams, r *report.Report, dir string, asJSON bool) error {
	told := s.out
	if asJSON {
		told = s.err
		if err := r.WriteJSON(s.out); err != nil {
			return err
		}
	}
	if err := r.WriteTable(told, tableStyle(told)); err != nil {
		return err
	}
	if dir != "" {
		if err := r.WriteFiles(dir); err != nil {
			return err
		}
		fmt.Fprintf(told, "\nreports: %s\n", filepath.Join(dir, report.HTMLFile))
	}
	if r.Unexpected() > 0 {
		return &exitError{code: exitRefused}
	}
	return nil
}

// subjectJSON is a subject of the matrix, for a program to read.
type subjectJSON struct {
	Name       string         `json:"name"`
	Title      string         `json:"title"`
	Call       string         `json:"call"`
	Strategies []strategyJSON `json:"strategies"`
}

type strategyJSON struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

func subjectsJSON() (out []subjectJSON) {
	for _, s := range matrix.Builtin() {
		j := subjectJSON{s.Name, s.Title, s.Call, []strategyJSON{}}
		for _, way := range s.Strategies {
			j.Strategies = append(j.Strategies, strategyJSON{way.Name, way.Title})
		}
		out = append(out, j)
	}
	return out
}

func (c *matrixCommand) listSubjects(w io.Writer) error {
	if c.JSON {
		return printJSON(w, subjectsJSON())
	}
	for _, subject := range matrix.Builtin() {
		fmt.Fprintf(w, "%s: %s, %s\n", subject.Name, subject.Title, subject.Call)
		for _, way := range subject.Strategies {
			fmt.Fprintf(w, "  %-20s %s\n", way.Name, way.Title)
		}
	}
	return nil
}
