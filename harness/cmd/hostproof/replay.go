package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/casefile"
	"github.com/hostproof/hostproof/harness/internal/plural"
)

type replayCommand struct {
	Invert  bool `help:"${help_invert}"`
	Verbose bool `short:"v" help:"Print the whole result of each run, also where it is as expected."`
	reportFlags
	JSON     bool     `help:"Print what became of each case as JSON; the text then goes to standard error."`
	Parallel int      `short:"p" default:"0" help:"How many cases run at a time; by default as many as there are processors."`
	Mock     string   `enum:"embedded,container," default:"" help:"${help_mock}"`
	Files    []string `arg:"" name:"file" help:"Cases: .txtar files, or folders of them."`
}

// replayed is what became of a case, or why it could not be replayed.
type replayed struct {
	outcome *casefile.Outcome
	err     error
}

// Run replays cases: exit 0 when all went as expected, 1 when one did not, 2
// for a file that is no case, 3 when the harness failed or lacks something.
func (c *replayCommand) Run(s *streams) error {
	if c.Parallel < 0 {
		return &exitError{exitUsage, fmt.Errorf("--parallel %d: want 1 or more cases at a time", c.Parallel)}
	}
	if err := c.reportFlags.check(); err != nil {
		return &exitError{exitUsage, err}
	}
	cases, err := load(c.Files)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	interrupts := s.interrupts()
	defer interrupts.stop()
	out, seen := s.out, replayedJSON{OK: true, Cases: []caseJSON{}}
	if c.JSON {
		s.out = s.err
	}
	failed, broken, files := 0, 0, &replays{began: time.Now()}
	results := c.start(interrupts.ctx, cases)
	for i, result := range results {
		s.shown().show(fmt.Sprintf("replaying %s, %d of %d", cases[i].Name, i+1, len(cases)))
		r := <-result
		s.shown().show("")
		switch {
		case interrupts.ctx.Err() != nil:
			for _, rest := range results[i+1:] {
				<-rest // each cleans up what it has begun
			}
			fmt.Fprintf(s.out, "interrupted: %d of %s were replayed\n", i, plural.Count(len(cases), "case"))
			return interrupts.or(nil)
		case r.err != nil:
			fmt.Fprintf(s.out, "%s could not be replayed\n  %v\n\n", cases[i].Name, r.err)
			broken++
			seen.add(cases[i], r, false)
			files.add(cases[i], r, false)
		default:
			ok := c.print(s, r.outcome)
			seen.add(cases[i], r, ok)
			files.add(cases[i], r, ok)
			if !ok {
				failed++
			}
		}
	}
	fmt.Fprintf(s.out, "%s: %d as expected, %d not, %d could not be replayed\n", plural.Count(len(cases), "case"),
		len(cases)-failed-broken, failed, broken)
	if err := files.write(c.reportFlags); err != nil {
		return err
	}
	if c.JSON {
		if err := printJSON(out, seen); err != nil {
			return err
		}
	}
	switch {
	case broken > 0:
		return &exitError{code: exitHarness}
	case failed > 0:
		return &exitError{code: exitRefused}
	}
	return nil
}

// start replays the cases, some at a time; the results come in the cases' order.
func (c *replayCommand) start(ctx context.Context, cases []*casefile.Case) []chan replayed {
	n := c.Parallel
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	results, slots := make([]chan replayed, len(cases)), make(chan struct{}, n)
	for i, k := range cases {
		results[i] = make(chan replayed, 1)
		go func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if ctx.Err() != nil {
				results[i] <- replayed{err: context.Cause(ctx)}
				return
			}
			o, err := casefile.Replay(ctx, k, harness.WithMock(c.Mock))
			results[i] <- replayed{o, err}
		}()
	}
	return results
}

func load(names []string) (cases []*casefile.Case, err error) {
	files, err := caseFiles(names)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, f := range files {
		k, err := casefile.Load(f)
		cases, errs = append(cases, k), append(errs, err)
	}
	return cases, errors.Join(errs...)
}

// caseFiles are the files that are named, and those in the folders that are.
func caseFiles(names []string) ([]string, error) {
	var out []string
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			out = append(out, name)
			continue
		}
		found, err := filepath.Glob(filepath.Join(escapeGlob(name), "*.txtar"))
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s: there is no case (*.txtar) in this folder", name)
		}
		slices.Sort(found)
		out = append(out, found...)
	}
	return out, nil
}

// escapeGlob is a path that a pattern takes as it is.
func escapeGlob(path string) string {
	var out []rune
	for _, r := range path {
		if r == '*' || r == '?' || r == '[' || r == '\\' && filepath.Separator == '/' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

// print says what became of a case, and whether that is as it should be.
func (c *replayCommand) print(s *streams, o *casefile.Outcome) bool {
	out := s.painted()
	o.WriteText(out, c.Verbose)
	ok := o.OK()
	if c.Invert {
		ok = o.WriteInversions(out) && ok
	}
	fmt.Fprintln(out)
	out.flush()
	return ok
}
