package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/hostproof/hostproof/harness/explain"
	"github.com/hostproof/hostproof/harness/place"
	"github.com/hostproof/hostproof/harness/sarif"
)

type explainCommand struct {
	File          string `arg:"" optional:"" default:"-" help:"A curl command, raw HTTP, HAR, an SDK's debug log, or an error message; - is standard input."`
	SecretFromEnv string `help:"Environment variable with the secret access key behind the request; with it the signature is computed again. Never printed." placeholder:"NAME"`
	SARIF         string `name:"sarif" help:"${help_sarif_explain}" placeholder:"FILE"`
	JSON          bool   `help:"Print the report as JSON."`
}

// Run explains a captured request or an error.
func (c *explainCommand) Run(s *streams) error {
	if err := writable("--sarif", c.SARIF); err != nil {
		return &exitError{exitUsage, err}
	}
	input, err := c.input(s.in)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	o := explain.Options{Now: time.Now()}
	if c.SecretFromEnv != "" {
		if o.Secret = os.Getenv(c.SecretFromEnv); o.Secret == "" {
			return &exitError{exitUsage, fmt.Errorf("--secret-from-env %s: there is no such variable, or it is empty",
				c.SecretFromEnv)}
		}
	}
	r, err := explain.Explain(input, o)
	var bad *explain.InputError
	switch {
	case errors.As(err, &bad):
		return &exitError{exitUsage, bad}
	case err != nil:
		return err
	}
	if err := c.writeFindings(r); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(s.out, r)
	}
	out := s.painted()
	r.WriteText(out)
	out.flush()
	return nil
}

// writeFindings writes the findings into a file, if one is named, at the file that was
// explained.
func (c *explainCommand) writeFindings(r *explain.Report) error {
	list := slices.Clone(r.Findings)
	for i := range r.Requests {
		list = append(list, r.Requests[i].Findings...)
	}
	var at place.Place
	if c.File != "-" {
		at = fileAt(c.File)
	}
	var out []sarif.Finding
	for _, f := range list {
		out = append(out, sarif.Finding{Finding: f, At: at})
	}
	return intoSARIF(c.SARIF, out)
}

func (c *explainCommand) input(in io.Reader) ([]byte, error) {
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, fmt.Errorf("cannot read what to explain: %w", err)
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, explain.MaxInput+1))
}
