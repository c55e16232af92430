package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
)

type runCommand struct {
	deploymentFlags
	visitFlags
	Isolation string         `enum:"auto,sandbox,endpoint,container," default:"" help:"How the program is led to the mock: sandbox (unmodified programs, real hostnames, and nothing leaves; Linux only), container (the same for an --image; needs Docker), endpoint (AWS_ENDPOINT_URL; any system, but the network stays open) or auto (sandbox where it works, else endpoint); by default what HOSTPROOF_ISOLATION says, else auto."`
	Image     string         `help:"Image to run in a container of its own, in place of a program of this machine; what follows -- are its arguments, as in docker run." placeholder:"IMAGE"`
	Pass      []string       `help:"Service of this machine that stays within the program's reach: 5432, or db.internal:5432=127.0.0.1:15432." placeholder:"[HOST:]PORT[=TO]"`
	Clock     *time.Duration `name:"subject-clock" help:"Give the program a wall clock that is so far ahead of AWS's, 1h, or behind it, -6m (by libfaketime, or the overlay of harness/goclock)." placeholder:"DURATION"`
	Timeout   time.Duration  `default:"1m" help:"Time that the program has (${default})."`
	JSON      bool           `help:"Print the result as JSON; what the program prints then goes to standard error."`
	Command   []string       `arg:"" optional:"" passthrough:"" help:"The program and its arguments, after --."`
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
	host, opts, err := c.options(s)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	d, err := harness.Start(ctx, host, opts...)
	if err != nil {
		return usageIfSetting(err)
	}
	defer d.Close(context.WithoutCancel(ctx))
	if err := printNotice(s.err, d); err != nil {
		return err
	}
	r, err := c.execute(ctx, d, subject, visits)
	if r == nil {
		return usageIfSetting(err)
	}
	if err := c.print(s, r); err != nil {
		return err
	}
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return &exitError{exitHarness, errors.New("interrupted")}
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

// usageIfSetting is an error of a deployment: of the usage if a setting was
// wrong, else the harness's own.
func usageIfSetting(err error) error {
	var setting *harness.SettingError
	if errors.As(err, &setting) {
		return &exitError{exitUsage, setting}
	}
	return err
}

// subject is the image or the program that the command line names.
func (c *runCommand) subject(s *streams) (harness.Subject, error) {
	argv := c.Command
	if len(argv) > 0 && argv[0] == "--" {
		argv = argv[1:]
	}
	switch {
	case c.Image != "" && (c.Isolation == "sandbox" || c.Isolation == "endpoint"):
		return nil, fmt.Errorf("--image runs in --isolation container, not in %s", c.Isolation)
	case c.Image != "":
		image := harness.Image(c.Image, argv...)
		image.Stdin = s.in
		return image, nil
	case c.Isolation == "container":
		return nil, errors.New("--isolation container runs an image: name it with --image")
	case len(argv) == 0:
		return nil, errors.New("no program to run: hostproof run --host " + c.Host + " -- CMD ARGS")
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	program := harness.Command(argv[0], argv[1:]...).In(dir)
	program.Stdin = s.in
	return program, nil
}

func (c *runCommand) options(s *streams) (host string, opts []harness.Option, err error) {
	if host, opts, err = c.deploymentFlags.options(); err != nil {
		return "", nil, err
	}
	mode := isolation.Mode(c.Isolation)
	if c.Image != "" {
		mode = isolation.Container
	}
	if c.Clock != nil {
		opts = append(opts, harness.SubjectClock(*c.Clock))
	}
	out := s.out
	if c.JSON {
		out = s.err
	}
	return host, append(opts, harness.WithTimeout(c.Timeout), harness.WithIsolation(mode), harness.PassThrough(c.Pass...),
		harness.WithOutput(out, s.err)), nil
}

func (c *runCommand) print(s *streams, r *harness.Result) error {
	if c.JSON {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	_, err := fmt.Fprintf(s.out, "\n%s", r)
	return err
}
