package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hostproof/hostproof/harness/contract"
	"github.com/hostproof/hostproof/harness/internal/demo"
	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/isolation"
)

type demoCommand struct {
	Isolation string `enum:"auto,sandbox,endpoint," default:"" help:"How the programs are led to the mock, as for run."`
	JSON      bool   `help:"Print the result of each run as JSON; the stories then go to standard error."`
	StandIn   string `hidden:"" help:"Run one of the demo's own programs."`
}

// Run plays two stories: exit 0 when each came out as known, 1 when one did
// not, 3 when the harness failed.
func (c *demoCommand) Run(s *streams) error {
	interrupts := s.interrupts()
	defer interrupts.stop()
	if c.StandIn != "" {
		if !demo.RunStandIn(interrupts.ctx, c.StandIn, s.out, s.err) {
			return &exitError{code: exitRefused}
		}
		return nil
	}
	return c.play(interrupts, s, demo.Stories())
}

func (c *demoCommand) play(interrupts *interrupts, s *streams, stories []demo.Story) error {
	mode, err := c.mode()
	if err != nil {
		return &exitError{exitUsage, err}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out := s.out
	if c.JSON {
		s.out = s.err
	}
	report, err := demo.Play(interrupts.ctx, stories, demo.Settings{
		Out: s.out, Err: s.err, Colour: isTerminal(s.out), Live: isTerminal(s.err), Isolation: mode,
		Self: []string{self, "demo", "--stand-in"}, Next: nextCommand(self),
	})
	switch {
	case interrupts.ctx.Err() != nil:
		return interrupts.or(nil)
	case err != nil:
		return usageIfSetting(err)
	}
	if c.JSON {
		err = printJSON(out, playedJSON(report))
	}
	if err == nil && len(report.Differences) > 0 {
		return &exitError{code: exitRefused}
	}
	return err
}

// demoJSON is what came of a demo, for a program to read.
type demoJSON struct {
	OK          bool               `json:"ok"`
	Differences []string           `json:"differences"` // what was not as known
	Results     []*contract.Result `json:"results"`     // of each run, in order
}

func playedJSON(r *demo.Report) demoJSON {
	out := demoJSON{OK: len(r.Differences) == 0, Differences: append([]string{}, r.Differences...),
		Results: []*contract.Result{}}
	for _, result := range r.Results {
		out.Results = append(out.Results, contract.Of(result))
	}
	return out
}

// mode is how the programs are led to the mock.
func (c *demoCommand) mode() (isolation.Mode, error) {
	said := c.Isolation
	if said == "" {
		said = os.Getenv(deploy.IsolationVariable)
	}
	mode, err := isolation.ParseMode(said)
	if err != nil {
		return "", err
	}
	if b, err := isolation.Find(mode); err == nil && !b.Runs(isolation.Program) {
		return "", fmt.Errorf("%s=%s runs images, and the demo's programs are not in one: give --isolation auto",
			deploy.IsolationVariable, mode)
	}
	return mode, nil
}

// nextCommand is how this command runs a program of one's own. What go run
// makes is gone when it ends.
func nextCommand(self string) string {
	name := "hostproof"
	if strings.Contains(filepath.ToSlash(self), "/go-build") {
		name = "go run ./harness/cmd/hostproof"
	}
	return name + " run --host vercel -- node your-app.mjs"
}
