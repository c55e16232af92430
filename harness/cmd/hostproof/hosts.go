package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/hostproof/hostproof/fixtures"
)

type hostsCommand struct {
	JSON bool `help:"Print the whole catalog as JSON."`
}

// Run lists the hosts.
func (c *hostsCommand) Run(s *streams) error {
	hosts := fixtures.Builtin().Hosts()
	if c.JSON {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		return enc.Encode(hosts)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, h := range hosts {
		fmt.Fprintf(w, "%s\t%s\n", h.Name, h.Title)
	}
	return w.Flush()
}

type showCommand struct {
	Host string `arg:"" help:"Name of a host."`
	JSON bool   `help:"Print the fixture as JSON."`
}

// Run prints one host.
func (c *showCommand) Run(s *streams) error {
	h, err := fixtures.Builtin().Host(c.Host)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	if c.JSON {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		return enc.Encode(h)
	}
	fmt.Fprintf(s.out, "%s: %s\n%s\n\nvariables\n", h.Name, h.Title, h.Summary)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, v := range h.Variables {
		fmt.Fprintf(w, "  %s\t%s\tset by the %s\t%s, %s\t%s\n", v.Name, v.Value, v.SetBy, v.Provenance.From, confidence[v.Provenance.Confidence], v.Provenance.Source)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range h.Reserved {
		fmt.Fprintf(s.out, "\na project cannot set (%s)\n", r.Provenance.Source)
		for _, name := range r.Names {
			fmt.Fprintf(s.out, "  %s\n", name)
		}
	}
	fmt.Fprintln(s.out, "\nnot simulated")
	for _, line := range h.NotSimulated {
		fmt.Fprintf(s.out, "  %s\n", line)
	}
	return nil
}

var confidence = map[string]string{"V": "verified", "L": "likely", "U": "unverified"}
