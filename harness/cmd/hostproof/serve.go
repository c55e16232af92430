package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/endpoint"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/harness/stdio"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// serveCommand keeps a deployment up for programs that are started elsewhere: a
// debugger, another terminal. They reach it on loopback, so it is under endpoint
// isolation.
type serveCommand struct {
	deploymentFlags
	JSON bool `help:"Print the environment as a line of JSON, in place of export lines."`
}

// Run prints export lines to standard output, then what is asked and called to
// standard error, until it is interrupted.
func (c *serveCommand) Run(s *streams) error {
	interrupts := s.interrupts()
	defer interrupts.stop()
	return c.serve(interrupts.ctx, s)
}

func (c *serveCommand) serve(ctx context.Context, s *streams) error {
	host, opts, err := c.options()
	if err == nil {
		err = c.startsNothing()
	}
	if err != nil {
		return &exitError{exitUsage, err}
	}
	log := &lines{w: s.err}
	opts = append(opts, harness.WithIsolation(isolation.Endpoint), harness.OnLookup(func(l metadata.Lookup) {
		log.print("asked the host's endpoint %s", l)
	}))
	d, err := harness.Start(ctx, host, opts...)
	if err != nil {
		return usageIfSetting(err)
	}
	defer d.Close(context.WithoutCancel(ctx))
	warnOfServe(log)
	if err := c.printEnvironment(s.out, d); err != nil {
		return err
	}
	log.print("serving host %s; the mock AWS is at %s. Set these variables in another terminal; interrupt to end.",
		host, d.Mock().URL)
	return follow(ctx, d.Mock(), log)
}

// startsNothing refuses settings of a program that a command starts.
func (c *serveCommand) startsNothing() error {
	for _, s := range project.Settings() {
		if s.Group == programGroup && c.Project.Sets(s) {
			return fmt.Errorf("--%s has no effect here: hostproof serve starts no program, hostproof run does", s.Flag)
		}
	}
	return nil
}

// warnOfServe says what a program that is started elsewhere can do unseen.
func warnOfServe(log *lines) {
	log.print("hostproof: isolation %s: %s", endpoint.Backend{}.Name(), endpoint.Backend{}.Blind())
	if obstacle := isolation.Obstacle(); obstacle != "" {
		log.print("hostproof: hostproof run would see all in a sandbox, but there is none here: %s", obstacle)
		return
	}
	log.print("hostproof: a program that is started elsewhere is in no sandbox; " +
		"hostproof run starts one in a sandbox, and sees all")
}

// printNotice says, before a program runs, what the run cannot know of it.
func printNotice(w io.Writer, d *harness.Deployment) error {
	for line := range strings.Lines(d.Notice()) {
		if _, err := fmt.Fprintln(w, "hostproof: "+strings.TrimSuffix(line, "\n")); err != nil {
			return err
		}
	}
	return nil
}

// printEnvironment writes the environment for a program to read, or for a shell.
func (c *serveCommand) printEnvironment(w io.Writer, d *harness.Deployment) error {
	if !c.JSON {
		return printExports(w, d)
	}
	env, err := stdio.EnvironmentOf(d)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(env)
}

// printExports writes the environment as a shell takes it. PATH and what else
// any process has stays the terminal's own; HOME is the host's where it has
// files there.
func printExports(w io.Writer, d *harness.Deployment) error {
	env, err := d.Environment()
	if err != nil {
		return err
	}
	inHome := slices.ContainsFunc(d.Host().Files, func(f fixtures.File) bool { return strings.HasPrefix(f.Path, "~/") })
	for _, v := range env.Variables() {
		if v.SetBy == ledger.ByBase && !(v.Name == "HOME" && inHome) {
			continue
		}
		if _, err := fmt.Fprintf(w, "export %s=%s # set by the %s\n", v.Name, shellQuote(v.Value),
			v.SetBy); err != nil {
			return err
		}
	}
	headers, err := d.RequestHeaders()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			if _, err := fmt.Fprintf(w, "# the host adds to each request: %s: %s\n", name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// shellQuote is a word of a POSIX shell.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// follow prints each call with its verdict, until the context ends.
func follow(ctx context.Context, mock *deploy.Mock, log *lines) error {
	since := int64(0)
	for ctx.Err() == nil {
		exchanges, err := mock.Admin.Await(ctx, since, 1, 30*time.Second)
		if err != nil && ctx.Err() == nil {
			return err
		}
		for i := range exchanges {
			log.print("%s", callLine(&exchanges[i]))
			since = exchanges[i].Seq
		}
	}
	return nil
}

// callLine is a call in one line.
func callLine(e *mockaws.Exchange) string {
	call := e.Call
	if call == "" {
		call = e.Method + " " + e.Host + e.Path
	}
	if e.Verdict.Accepted {
		return fmt.Sprintf("#%d %s: accepted as %s", e.Seq, call, e.Verdict.Principal)
	}
	return fmt.Sprintf("#%d %s: refused: %v", e.Seq, call, e.Verdict.Refusal)
}

// lines writes whole lines from several goroutines.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lines) print(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.w, format+"\n", args...) // a closed terminal does not end the deployment
}
