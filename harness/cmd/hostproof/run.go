package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/contract"
	"github.com/hostproof/hostproof/harness/isolation"
)

type runCommand struct {
	deploymentFlags
	visitFlags
	resultFlags
	Image    string   `help:"${help_image}" placeholder:"IMAGE"`
	Terminal bool     `help:"${help_terminal}"`
	JSON     bool     `help:"Print the result as JSON; what the program prints then goes to standard error."`
	Command  []string `arg:"" optional:"" passthrough:"partial" help:"${help_command}"`
}

// Run deploys to the host and runs the program there.
func (c *runCommand) Run(s *streams) error {
	subject, err := c.subject(s)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	visits, err := c.visitFlags.check()
	if err != nil {
		return &exitError{exitUsage, err}
	}
	if err := c.resultFlags.check(); err != nil {
		return &exitError{exitUsage, err}
	}
	host, opts, err := c.options(s)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	interrupts := s.interrupts()
	defer interrupts.stop()
	d, err := harness.Start(interrupts.ctx, host, opts...)
	if err != nil {
		return interrupts.or(usageIfSetting(err))
	}
	defer s.cleanUp(d, interrupts)
	if err := printNotice(s.err, d); err != nil {
		return err
	}
	began := time.Now()
	r, err := c.execute(interrupts.ctx, d, subject, visits)
	if r == nil {
		return interrupts.or(usageIfSetting(err))
	}
	if err := errors.Join(c.print(s, r), c.resultFlags.write(c.told(s), &result{r, subject, began})); err != nil {
		return err
	}
	switch {
	case interrupts.ctx.Err() != nil:
		return interrupts.or(nil)
	case err != nil:
		return err
	case !r.Fine():
		return &exitError{code: exitRefused}
	}
	return nil
}

// execute runs the program to its end or, if it is a server, calls it.
func (c *runCommand) execute(
	ctx context.Context, d *harness.Deployment, s harness.Subject, v *visits,
) (*harness.Result, error) {
	if v == nil {
		return d.Run(ctx, s)
	}
	return v.run(ctx, d, s)
}

// cleanUp ends a deployment, and says what it leaves behind.
func (s *streams) cleanUp(d *harness.Deployment, i *interrupts) {
	if err := d.Close(context.WithoutCancel(i.ctx)); err != nil {
		fmt.Fprintln(s.err, "hostproof: could not clean up: "+err.Error())
	}
}

// usageIfSetting is an error of a deployment: of the usage if a setting was
// wrong, else the harness's own.
func usageIfSetting(err error) error {
	var setting *harness.SettingError
	if errors.As(err, &setting) {
		return &exitError{exitUsage, setting}
	}
	return err
}

// program is the command line of a program, which may have -- in front.
func program(argv []string) []string {
	if len(argv) > 0 && argv[0] == "--" {
		return argv[1:]
	}
	return argv
}

// mayRun says whether the isolation that was asked for, if one was, runs subjects of a
// kind.
func (f *projectFlags) mayRun(kind isolation.Kind) bool {
	b, err := isolation.Find(f.Project.Isolation)
	return err != nil || b.Runs(kind)
}

// subject is the image or the program that the command line names.
func (c *runCommand) subject(s *streams) (harness.Subject, error) {
	argv := program(c.Command)
	switch {
	case c.Image != "" && !c.mayRun(isolation.Image):
		return nil, fmt.Errorf("--image runs in --isolation container, not in %s", c.Project.Isolation)
	case c.Image != "" && c.Terminal:
		return nil, errors.New("--terminal is for a program, not for an --image")
	case c.Image != "":
		image := harness.Image(c.Image, argv...)
		image.Stdin = s.in
		return image, nil
	case c.Image == "" && !c.mayRun(isolation.Program):
		return nil, fmt.Errorf("--isolation %s runs an image: name it with --image", c.Project.Isolation)
	case len(argv) == 0 || argv[0] == "":
		return nil, errors.New("no program to run: hostproof run --host " + c.Host + " -- CMD ARGS")
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	program := harness.Command(argv[0], argv[1:]...).In(dir)
	program.Stdin, program.Terminal = s.in, c.Terminal
	return program, nil
}

func (c *runCommand) options(s *streams) (host string, opts []harness.Option, err error) {
	if host, opts, err = c.deploymentFlags.options(); err != nil {
		return "", nil, err
	}
	if c.Image != "" {
		opts = append(opts, harness.WithIsolation(isolation.Container))
	}
	return host, append(opts, harness.WithOutput(c.told(s), s.err)), nil
}

// told is where a person reads; a program reads JSON on standard output.
func (c *runCommand) told(s *streams) io.Writer {
	if c.JSON {
		return s.err
	}
	return s.out
}

func (c *runCommand) print(s *streams, r *harness.Result) error {
	if c.JSON {
		return printJSON(s.out, contract.Of(r))
	}
	out := s.painted()
	_, err := fmt.Fprintf(out, "\n%s", r)
	out.flush()
	return err
}
