package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/hostproof/hostproof/harness/conformance"
)

type probeCommand struct {
	Endpoint      string `required:"" placeholder:"URL" help:"The endpoint to ask: an emulator's, http://127.0.0.1:4566. It is asked nothing that changes anything."`
	KeyID         string `required:"" placeholder:"ID" help:"A long-term key that the endpoint accepts and that may do everything."`
	SecretFromEnv string `required:"" placeholder:"NAME" help:"The variable that holds the key's secret."`
	Region        string `default:"us-east-1" help:"Region of the credential scope (${default})."`
	JSON          bool   `help:"Print every answer and the score as JSON."`
}

// Run asks an endpoint for its judgement of right and of wrong credentials.
func (c *probeCommand) Run(s *streams) error {
	secret := os.Getenv(c.SecretFromEnv)
	if secret == "" {
		return &exitError{exitUsage, fmt.Errorf("the variable %s is not set: it must hold the secret of %s", c.SecretFromEnv, c.KeyID)}
	}
	list, err := conformance.Probe(context.Background(), conformance.Target{Endpoint: c.Endpoint, KeyID: c.KeyID, Secret: secret, Region: c.Region})
	if err != nil {
		return &exitError{exitUsage, err}
	}
	score := conformance.Count(list)
	if c.JSON {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		err = enc.Encode(map[string]any{"outcomes": list, "score": score})
	} else {
		err = printProbe(s, list, score)
	}
	if err != nil {
		return err
	}
	if score.OK < score.Asked {
		return &exitError{code: exitRefused}
	}
	return nil
}

func printProbe(s *streams, list []conformance.Outcome, score conformance.Score) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, o := range list {
		if o.OK {
			continue
		}
		got := o.Got.String()
		if o.Err != "" {
			got = o.Err
		}
		fmt.Fprintf(w, "%s %s\t%s\tanswers %s\tAWS answers %s\n", o.Service, o.Call, o.Case, got, o.Want)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.out, "%d of %d answers are those of AWS; %d times it accepted what AWS refuses, %d times it refused in another way\n",
		score.OK, score.Asked, score.Fooled, score.Refused)
	return err
}
