package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/internal/demo"
	"github.com/hostproof/hostproof/harness/isolation"
)

type demoCommand struct {
	Isolation string `enum:"auto,sandbox,endpoint," default:"" help:"How the programs are led to the mock, as for run."`
	StandIn   string `hidden:"" help:"Run one of the demo's own programs."`
}

// Run plays two stories: exit 0 when each came out as known, 1 when one did
// not, 3 when the harness failed.
func (c *demoCommand) Run(s *streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	// A pipe that nobody reads is then an error of the write, not the end of this
	// process with all that it would leave behind.
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGPIPE)
	defer signal.Stop(closed)
	if c.StandIn != "" {
		if !demo.RunStandIn(ctx, c.StandIn, s.out, s.err) {
			return &exitError{code: exitRefused}
		}
		return nil
	}
	return c.play(ctx, s, demo.Stories())
}

func (c *demoCommand) play(ctx context.Context, s *streams, stories []demo.Story) error {
	mode, err := c.mode()
	if err != nil {
		return &exitError{exitUsage, err}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	report, err := demo.Play(ctx, stories, demo.Settings{
		Out: s.out, Err: s.err, Colour: isTerminal(s.out), Live: isTerminal(s.err), Isolation: mode,
		Self: []string{self, "demo", "--stand-in"}, Next: nextCommand(self),
	})
	switch {
	case ctx.Err() != nil:
		return &exitError{exitHarness, errors.New("interrupted")}
	case err != nil:
		return usageIfSetting(err)
	case len(report.Differences) > 0:
		return &exitError{code: exitRefused}
	}
	return nil
}

// mode is how the programs are led to the mock.
func (c *demoCommand) mode() (isolation.Mode, error) {
	said := c.Isolation
	if said == "" {
		said = os.Getenv(harness.IsolationVariable)
	}
	mode, err := isolation.ParseMode(said)
	if err == nil && mode == isolation.Container {
		err = errors.New(harness.IsolationVariable +
			"=container runs images, and the demo's programs are not in one: give --isolation auto")
	}
	return mode, err
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
