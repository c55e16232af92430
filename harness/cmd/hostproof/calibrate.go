package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/hostproof/hostproof/harness/conformance"
	"github.com/hostproof/hostproof/harness/internal/plural"
	"github.com/hostproof/hostproof/mockaws/service/catalog/models"
)

// calibration is what --calibrate prints as JSON: the form to send in.
type calibration struct {
	Version  string                     `json:"version"` // of hostproof, whose table was compared
	Models   models.Release             `json:"models"`
	Tally    map[conformance.Result]int `json:"tally"`
	Readings []conformance.Reading      `json:"readings"`
}

// calibrate compares AWS's answers to wrong credentials with the mock's.
func (c *probeCommand) calibrate(s *streams) error {
	for _, flag := range []struct{ name, value string }{{"--secret-from-env", c.SecretFromEnv}, {"--peer", c.Peer}} {
		if flag.value != "" {
			return &exitError{exitUsage, fmt.Errorf("%s has no effect with --calibrate, which asks AWS, and with "+
				"wrong credentials only: leave it out", flag.name)}
		}
	}
	asked := conformance.Calibration{Endpoint: c.Endpoint, Region: c.Region, KeyID: c.KeyID, Services: c.Service}
	hosts, err := asked.Hosts()
	if err != nil {
		return &exitError{exitUsage, err}
	}
	fmt.Fprintf(s.err, "asking %s\n", cmp.Or(c.Endpoint, strings.Join(hosts, ", ")))
	list, err := asked.Run(context.Background())
	if err != nil {
		return &exitError{exitUsage, err}
	}
	count := conformance.Tally(list)
	if c.JSON {
		err = printJSON(s.out, calibration{Version: thisVersion(debug.ReadBuildInfo()).Version,
			Models: models.Version(), Tally: count,
			Readings: list})
	} else {
		err = printReadings(s, list, count)
	}
	if err == nil && count[conformance.Contradicted]+count[conformance.Unread] > 0 {
		return &exitError{code: exitRefused}
	}
	return err
}

// printReadings prints the rows that AWS does not confirm, then how many there are of
// each kind.
func printReadings(s *streams, list []conformance.Reading, count map[conformance.Result]int) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, r := range list {
		if r.Result != conformance.Confirmed {
			fmt.Fprintf(w, "%s %s\t%s\t%s\t%s\n", r.Service, r.Call, r.Case, r.Result, reading(r))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	raised := 0 // rows of which the table says no more than "likely", now seen
	for _, r := range list {
		if r.Result == conformance.Confirmed && (r.Evidence == "likely" || r.Evidence == "unverified") {
			raised++
		}
	}
	_, err := fmt.Fprintf(s.out, "%s: %d confirmed, %d of them not recorded before; %d contradicted; %d new; "+
		"%d without an answer\n", plural.Count(len(list), "question"), count[conformance.Confirmed], raised,
		count[conformance.Contradicted], count[conformance.New], count[conformance.Unread])
	if err == nil {
		_, err = fmt.Fprintln(s.out, "With --json it prints the form to send in: it holds no key, signature or secret.")
	}
	return err
}

// reading is what was seen, and beside it what the mock answers.
func reading(r conformance.Reading) string {
	switch r.Result {
	case conformance.Unread:
		return r.Err
	case conformance.New:
		return fmt.Sprintf("AWS answers %s %q; no row is the service's own", r.AWS, r.AWS.Text)
	}
	if r.AWS.Status == r.Mock.Status && r.AWS.Code == r.Mock.Code {
		return fmt.Sprintf("%s: AWS answers %q, the mock %q (%s)", r.AWS, r.AWS.Text, r.Mock.Text, r.Evidence)
	}
	return fmt.Sprintf("AWS answers %s, the mock %s (%s)", r.AWS, r.Mock, r.Evidence)
}
