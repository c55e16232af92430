package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
)

// defaultKeyAs is the default of --key-as.
const defaultKeyAs = "MY_AWS_ACCESS_KEY_ID,MY_AWS_SECRET_ACCESS_KEY"

type runCommand struct {
	Host string `help:"Host to run on; hostproof hosts lists them."`
	ownHosts
	Set       map[string]string `mapsep:"none" help:"Variable in the project's settings, K=V; V may be $${user.accessKeyId} or $${user.secretAccessKey}." placeholder:"K=V"`
	Unset     []string          `help:"Variable to take out of the environment."`
	KeyAs     string            `default:"MY_AWS_ACCESS_KEY_ID,MY_AWS_SECRET_ACCESS_KEY" help:"Names under which the project keeps its user's key and secret (${default}); empty for none." placeholder:"ID,SECRET"`
	Allow     []string          `default:"*" help:"IAM actions that the project's user may do (${default})."`
	RoleAllow map[string]string `mapsep:"none" help:"IAM actions that one of the host's roles may do, ROLE=ACTION,ACTION." placeholder:"ROLE=ACTIONS"`
	Bucket    []string          `help:"S3 bucket that the project has."`
	Baked     bool              `help:"The project's build writes its variables into what is deployed (.env.production): programs see them where the host shows them to builds alone."`
	Mock      string            `enum:"embedded,container," default:"" help:"Where the mock AWS runs: embedded or container; by default what HOSTPROOF_MOCK says."`
	Isolation string            `enum:"auto,sandbox,endpoint,container," default:"" help:"How the program is led to the mock: sandbox (unmodified programs, real hostnames, and nothing leaves; Linux only), container (the same for an --image; needs Docker), endpoint (AWS_ENDPOINT_URL; any system, but the network stays open) or auto (sandbox where it works, else endpoint); by default what HOSTPROOF_ISOLATION says, else auto."`
	Image     string            `help:"Image to run in a container of its own, in place of a program of this machine; what follows -- are its arguments, as in docker run." placeholder:"IMAGE"`
	Pass      []string          `help:"Service of this machine that stays within the program's reach: 5432, or db.internal:5432=127.0.0.1:15432." placeholder:"[HOST:]PORT[=TO]"`
	Timeout   time.Duration     `default:"1m" help:"Time that the program has (${default})."`
	JSON      bool              `help:"Print the result as JSON; what the program prints then goes to standard error."`
	Command   []string          `arg:"" optional:"" passthrough:"" help:"The program and its arguments, after --."`
}

// Run deploys to the host and runs the program there.
func (c *runCommand) Run(s *streams) error {
	subject, err := c.subject(s)
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
	var setting *harness.SettingError
	switch {
	case errors.As(err, &setting):
		return &exitError{exitUsage, setting}
	case err != nil:
		return err
	}
	defer d.Close(context.WithoutCancel(ctx))
	r, err := d.Run(ctx, subject)
	switch {
	case r == nil && errors.As(err, &setting):
		return &exitError{exitUsage, setting}
	case r == nil:
		return err
	}
	if err := c.print(s, r); err != nil {
		return err
	}
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return &exitError{exitHarness, errors.New("interrupted")}
	case r.Failed() || len(r.Exchanges) > 0 && !r.Accepted():
		return &exitError{code: exitRefused}
	}
	return nil
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
	catalog, host, err := c.catalog()
	switch {
	case err != nil:
		return "", nil, err
	case host != "" && c.Host != "" && c.Host != host:
		return "", nil, fmt.Errorf("--host %s and --host-file %s, which is of host %s: give one of them", c.Host, c.HostFile, host)
	case host == "":
		host = c.Host
	}
	if host == "" {
		return "", nil, errors.New("no host: give --host NAME (hostproof hosts lists them) or --host-file FILE")
	}
	if c.HostFile != "" && c.KeyAs == defaultKeyAs {
		c.KeyAs = "" // the file has the names
	}
	user := []harness.UserOption{harness.Allow(c.Allow...)}
	if c.KeyAs != "" {
		id, secret, ok := strings.Cut(c.KeyAs, ",")
		if !ok {
			return "", nil, fmt.Errorf("--key-as %s: want two names, ID,SECRET", c.KeyAs)
		}
		user = append(user, harness.KeyAs(id, secret))
		if c.KeyAs == defaultKeyAs {
			user = append(user, harness.Example())
		}
	}
	mode := isolation.Mode(c.Isolation)
	if c.Image != "" {
		mode = isolation.Container
	}
	opts = []harness.Option{harness.WithFixtures(catalog), harness.User("app", user...), harness.WithTimeout(c.Timeout), harness.WithMock(c.Mock),
		harness.WithIsolation(mode), harness.PassThrough(c.Pass...)}
	for name, value := range c.Set {
		opts = append(opts, harness.Set(name, value))
	}
	for _, name := range c.Unset {
		opts = append(opts, harness.Unset(name))
	}
	for role, actions := range c.RoleAllow {
		opts = append(opts, harness.RoleAllow(role, strings.Split(actions, ",")...))
	}
	if c.Baked {
		opts = append(opts, harness.Baked())
	}
	for _, name := range c.Bucket {
		opts = append(opts, harness.Bucket(name))
	}
	if c.JSON {
		return host, append(opts, harness.WithOutput(s.err, s.err)), nil
	}
	return host, append(opts, harness.WithOutput(s.out, s.err)), nil
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
