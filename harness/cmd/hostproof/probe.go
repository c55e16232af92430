package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/hostproof/hostproof/harness/conformance"
)

type probeCommand struct {
	Endpoint      string   `placeholder:"URL" help:"The endpoint to ask: an emulator's, http://127.0.0.1:4566. It is asked nothing that changes anything."`
	KeyID         string   `placeholder:"ID" help:"A long-term key that the endpoint accepts and that may do everything."`
	SecretFromEnv string   `placeholder:"NAME" help:"The variable that holds the key's secret."`
	Region        string   `default:"us-east-1" help:"Region of the credential scope (${default})."`
	Peer          string   `placeholder:"NAME" help:"What is asked, with its version, for the report: \"moto 5.2.5\"."`
	Service       []string `placeholder:"ID" help:"A service that the endpoint claims to have. Without it, one that does not answer right credentials with a result is taken as not offered."`
	JSON          bool     `help:"Print every answer and the score as JSON."`
	Calibrate     bool     `help:"Ask AWS itself instead, over the network, with wrong credentials and for nothing but reading, and say which rows of the mock's table its answers confirm. With --key-id, a key of your own, it asks what needs a key that AWS knows; it never takes a secret."`
}

// Run asks an endpoint for its judgement of right and of wrong credentials.
func (c *probeCommand) Run(s *streams) error {
	if c.Calibrate {
		return c.calibrate(s)
	}
	if err := c.missing(); err != nil {
		return &exitError{exitUsage, err}
	}
	secret := os.Getenv(c.SecretFromEnv)
	if secret == "" {
		return &exitError{exitUsage, fmt.Errorf("the variable %s is not set: it must hold the secret of %s",
			c.SecretFromEnv, c.KeyID)}
	}
	list, err := conformance.Probe(context.Background(), conformance.Target{Endpoint: c.Endpoint, KeyID: c.KeyID,
		Secret: secret, Region: c.Region, Claims: c.Service})
	if err != nil {
		return &exitError{exitUsage, err}
	}
	score := conformance.Count(list)
	if c.JSON {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		err = enc.Encode(map[string]any{"peer": c.Peer, "outcomes": list, "score": score})
	} else {
		err = printProbe(s, cmp.Or(c.Peer, c.Endpoint), list, score)
	}
	if err != nil {
		return err
	}
	if !score.Perfect() {
		return &exitError{code: exitRefused}
	}
	return nil
}

// missing is what a probe needs and was not given.
func (c *probeCommand) missing() error {
	for _, flag := range []struct{ name, value string }{
		{"--endpoint", c.Endpoint}, {"--key-id", c.KeyID}, {"--secret-from-env", c.SecretFromEnv},
	} {
		if flag.value == "" {
			return fmt.Errorf("%s is missing: a probe needs --endpoint, --key-id and --secret-from-env", flag.name)
		}
	}
	return nil
}

// printProbe prints what differs from AWS, then the score.
func printProbe(s *streams, peer string, list []conformance.Outcome, score conformance.Score) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, o := range list {
		if o.Kind == conformance.AsAWS || o.Kind == conformance.NotOffered {
			continue
		}
		fmt.Fprintf(w, "%s %s\t%s\t%s\t%s\n", o.Service, o.Call, o.Case, o.Kind, difference(o))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	offered := score.Asked - score.NotOffered
	if offered == 0 {
		_, err := fmt.Fprintf(s.out,
			"%s: nothing can be said: it answers the right credentials with a result in no service\n", peer)
		return err
	}
	_, err := fmt.Fprintf(s.out, "%s: %d of %d answers agree with AWS; %d times it accepted what AWS refuses, "+
		"%d times it refused with another status or code, %d times in other words\n", peer, score.OK, offered,
		score.Fooled, score.OtherCode, score.OtherText)
	if err == nil && score.Unproven+score.NoAnswer > 0 {
		_, err = fmt.Fprintf(s.out, "%d answers prove nothing: the right credentials were not answered with a "+
			"result; %d were not answered\n", score.Unproven, score.NoAnswer)
	}
	if err == nil && score.NotOffered > 0 {
		_, err = fmt.Fprintf(s.out, "%d questions are about services that it does not offer\n", score.NotOffered)
	}
	return err
}

// difference is how the answer differs from AWS's.
func difference(o conformance.Outcome) string {
	switch {
	case o.Err != "":
		return o.Err
	case o.Kind == conformance.OtherText:
		return fmt.Sprintf("%s: answers %q, AWS %q", o.Got, o.Got.Text, o.Want.Text)
	default:
		return fmt.Sprintf("answers %s, AWS %s", o.Got, o.Want)
	}
}
