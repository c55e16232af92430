package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/casefile"
)

type replayCommand struct {
	Invert  bool     `help:"Turn each expectation round, one at a time, and want each to fail: shows that the cases can fail."`
	Verbose bool     `short:"v" help:"Print the whole result of each run, also where it is as expected."`
	Mock    string   `enum:"embedded,container," default:"" help:"Where the mock AWS runs: embedded or container; by default what HOSTPROOF_MOCK says."`
	Files   []string `arg:"" name:"file" help:"Cases: .txtar files."`
}

// Run replays cases: exit 0 when all went as expected, 1 when one did not, 2
// for a file that is no case, 3 when the harness failed or lacks something.
func (c *replayCommand) Run(s *streams) error {
	cases, err := load(c.Files)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var failed int
	var broken []error
	for _, k := range cases {
		o, err := casefile.Replay(ctx, k, harness.WithMock(c.Mock))
		switch {
		case ctx.Err() != nil:
			return &exitError{exitHarness, errors.New("interrupted")}
		case err != nil:
			fmt.Fprintf(s.out, "%s could not be replayed: %v\n\n", k.Name, err)
			broken = append(broken, err)
			continue
		}
		if !c.print(s, o) {
			failed++
		}
	}
	fmt.Fprintf(s.out, "%d cases: %d as expected, %d not, %d could not be replayed\n", len(cases), len(cases)-failed-len(broken), failed, len(broken))
	switch {
	case len(broken) > 0:
		return &exitError{code: exitHarness}
	case failed > 0:
		return &exitError{code: exitRefused}
	}
	return nil
}

func load(files []string) (cases []*casefile.Case, err error) {
	var errs []error
	for _, f := range files {
		k, err := casefile.Load(f)
		cases, errs = append(cases, k), append(errs, err)
	}
	return cases, errors.Join(errs...)
}

// print says what became of a case, and whether that is as it should be.
func (c *replayCommand) print(s *streams, o *casefile.Outcome) bool {
	o.WriteText(s.out, c.Verbose)
	ok := o.OK()
	if c.Invert {
		ok = o.WriteInversions(s.out) && ok
	}
	fmt.Fprintln(s.out)
	return ok
}
