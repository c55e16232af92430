package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/capture"
)

type captureCommand struct {
	Name        string `default:"captured" help:"Name of the host in the fixture (${default})."`
	Out         string `type:"path" help:"File to write to; by default standard output." placeholder:"FILE"`
	From        string `help:"Make the fixture of an observation that a script printed, instead of looking at this host." placeholder:"FILE"`
	Observation bool   `help:"Write the observation as JSON, not a fixture."`
	JSON        bool   `help:"Write the fixture as JSON, which is YAML, too."`
	Source      string `help:"Where the capture is discussed, for the fixture's provenance: an https address or owner/repository#number."`
	Script      string `help:"Print a script that captures where no binary can be put: node or python." placeholder:"LANGUAGE"`
}

// Run captures the host that it runs on.
func (c *captureCommand) Run(s *streams) error {
	out, err := c.make(s)
	if err == nil && c.JSON && !c.Observation && c.Script == "" {
		out, err = asJSON(out)
	}
	var ended *exitError
	switch {
	case errors.As(err, &ended):
		return err
	case err != nil:
		return &exitError{exitUsage, err}
	}
	if c.Out != "" {
		return os.WriteFile(c.Out, out, 0o644)
	}
	_, err = s.out.Write(out)
	return err
}

// asJSON is a text in YAML as JSON.
func asJSON(text []byte) ([]byte, error) {
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := printJSON(&b, value)
	return b.Bytes(), err
}

func (c *captureCommand) make(s *streams) ([]byte, error) {
	opts := capture.Options{Name: c.Name, Source: c.Source}
	switch {
	case c.Script != "":
		text, err := capture.Script(c.Script)
		return []byte(text), err
	case c.From != "":
		data, err := os.ReadFile(c.From)
		if err != nil {
			return nil, fmt.Errorf("--from: %w", err)
		}
		o, err := capture.Parse(data)
		if err != nil {
			return nil, err
		}
		return o.Fixture(opts)
	}
	interrupts := s.interrupts()
	defer interrupts.stop()
	out, err := capture.Write(interrupts.ctx, opts, c.Observation)
	return out, interrupts.or(err)
}

// ownHosts are hosts from files of one's own, in addition to the built-in ones.
type ownHosts struct {
	HostFile string `help:"File with one host to use: a host.yaml, or what hostproof capture printed." placeholder:"FILE"`
	Fixtures string `help:"Directory with hosts of one's own, DIR/hosts/NAME/host.yaml." placeholder:"DIR"`
}

// catalog is the built-in catalog with the own hosts in it, and the name of the
// host of --host-file.
func (o *ownHosts) catalog() (*fixtures.Catalog, string, error) {
	if o.HostFile != "" {
		data, err := os.ReadFile(o.HostFile)
		if err != nil {
			return nil, "", fmt.Errorf("--host-file: %w", err)
		}
		return capture.Load(data)
	}
	if o.Fixtures == "" {
		return fixtures.Builtin(), "", nil
	}
	catalog, err := fixtures.Builtin().Extend(os.DirFS(o.Fixtures))
	return catalog, "", err
}
