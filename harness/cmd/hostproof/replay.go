package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/casefile"
)

type replayCommand struct {
	Invert   bool     `help:"Turn each expectation round, one at a time, and want each to fail: shows that the cases can fail."`
	Verbose  bool     `short:"v" help:"Print the whole result of each run, also where it is as expected."`
	Parallel int      `short:"p" default:"0" help:"How many cases run at a time; by default as many as there are processors."`
	Mock     string   `enum:"embedded,container," default:"" help:"Where the mock AWS runs: embedded or container; by default what HOSTPROOF_MOCK says."`
	Files    []string `arg:"" name:"file" help:"Cases: .txtar files."`
}

// replayed is what became of a case, or why it could not be replayed.
type replayed struct {
	outcome *casefile.Outcome
	err     error
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
	failed, broken := 0, 0
	for i, result := range c.start(ctx, cases) {
		r := <-result
		switch {
		case ctx.Err() != nil:
			return &exitError{exitHarness, errors.New("interrupted")}
		case r.err != nil:
			fmt.Fprintf(s.out, "%s could not be replayed\n  %v\n\n", cases[i].Name, r.err)
			broken++
		case !c.print(s, r.outcome):
			failed++
		}
	}
	fmt.Fprintf(s.out, "%d cases: %d as expected, %d not, %d could not be replayed\n", len(cases), len(cases)-failed-broken, failed, broken)
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
			o, err := casefile.Replay(ctx, k, harness.WithMock(c.Mock))
			results[i] <- replayed{o, err}
		}()
	}
	return results
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
