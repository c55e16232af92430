package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

type hostsCommand struct {
	Filter []string `arg:"" optional:"" help:"Show those whose name, title or vendor has this word (vercel)."`
	JSON   bool     `help:"Print the hosts as JSON, with all that is known of them."`
}

// Run lists the hosts, by vendor.
func (c *hostsCommand) Run(s *streams) error {
	hosts := fixtures.Builtin().Hosts()
	for _, word := range c.Filter {
		hosts = slices.DeleteFunc(hosts, func(h *fixtures.Host) bool { return !mentions(h, word) })
		if len(hosts) == 0 {
			return &exitError{exitUsage, noHostMentions(word)}
		}
	}
	if c.JSON {
		return printJSON(s.out, hosts)
	}
	p := newPrinter(s.out)
	width := 0
	for _, h := range hosts {
		width = max(width, len(h.Name))
	}
	for i, group := range byVendor(hosts) {
		if i > 0 {
			p.line("")
		}
		p.line(p.in(bold, group[0].Vendor))
		for _, h := range group {
			p.row("  ", h.Name, width, h.Title, h.Start != "")
			if h.Start != "" {
				p.row("  ", "", width, "start here: "+h.Start, false)
			}
		}
	}
	return p.err
}

// mentions reports whether a word is in what a list shows of a host.
func mentions(h *fixtures.Host, word string) bool {
	return strings.Contains(strings.ToLower(h.Name+"\n"+h.Title+"\n"+h.Vendor), strings.ToLower(word))
}

func noHostMentions(word string) error {
	_, err := fixtures.Builtin().Host(word)
	return err
}

// byVendor groups hosts by vendor, in the order of the vendors' names; a vendor's
// start is its first.
func byVendor(hosts []*fixtures.Host) (groups [][]*fixtures.Host) {
	sorted := slices.Clone(hosts)
	slices.SortStableFunc(sorted, func(a, b *fixtures.Host) int {
		order := strings.Compare(strings.ToLower(a.Vendor), strings.ToLower(b.Vendor))
		switch {
		case order != 0 || (a.Start != "") == (b.Start != ""):
			return order
		case a.Start != "":
			return -1
		}
		return 1
	})
	for i, h := range sorted {
		if i == 0 || h.Vendor != sorted[i-1].Vendor {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], h)
	}
	return groups
}

func printJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

type showCommand struct {
	Host    string `arg:"" help:"Name of a host." predictor:"host"`
	Answers bool   `help:"List the ways in which its credential endpoints answer, too, each with its source."`
	JSON    bool   `help:"Print the fixture as JSON."`
}

// Run prints one host.
func (c *showCommand) Run(s *streams) error {
	h, err := fixtures.Builtin().Host(c.Host)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	if c.JSON {
		return printJSON(s.out, h)
	}
	p := newPrinter(s.out)
	p.wrapped(p.in(bold, h.Name) + ": " + h.Title)
	p.wrapped(h.Summary)
	p.wrapped("basis: " + h.Basis)
	if h.Start != "" {
		p.wrapped("start here: " + h.Start)
	}
	for _, part := range hostParts {
		p.rows(part.title, part.rows(h))
	}
	if c.Answers {
		p.rows("answers of the credential endpoints", answers(h))
	}
	return p.err
}

// answers are the ways in which the host's kinds of endpoints answer.
func answers(h *fixtures.Host) (rows [][]string) {
	for _, b := range metadata.Behaviours() {
		kind, _, _ := strings.Cut(b.Name, "/")
		if !slices.ContainsFunc(h.Endpoints, func(e fixtures.Endpoint) bool { return e.Kind == kind }) {
			continue
		}
		status := strconv.Itoa(b.Status)
		if b.Status == 0 {
			status = "-" // none at all, or whatever a fault says
		}
		rows = append(rows, []string{b.Name, status, fixtures.ConfidenceWord(string(b.Confidence)), b.Source})
	}
	return rows
}

// hostParts are the parts of a host as show prints them; each row ends with how
// it is known.
var hostParts = []struct {
	title string
	rows  func(*fixtures.Host) [][]string
}{
	{"variables", func(h *fixtures.Host) (rows [][]string) {
		for _, v := range append(h.Variables[:len(h.Variables):len(h.Variables)], h.ProjectKeys...) {
			rows = append(rows, append([]string{v.Name, fmt.Sprintf("%q", v.Value), setBy(v)}, known(v.Provenance)...))
		}
		return rows
	}},
	{"credential endpoints", func(h *fixtures.Host) (rows [][]string) {
		for _, e := range h.Endpoints {
			rows = append(rows, append([]string{e.Name, e.Kind, strings.Join(e.Addresses, " "), e.Path, whose(e)},
				known(e.Provenance)...))
		}
		return rows
	}},
	{"roles", func(h *fixtures.Host) (rows [][]string) {
		for _, r := range h.Roles {
			rows = append(rows, append([]string{r.Name, r.Purpose}, known(r.Provenance)...))
		}
		return rows
	}},
	{"sessions that exist from the start", func(h *fixtures.Host) (rows [][]string) {
		for _, x := range h.Sessions {
			rows = append(rows, append([]string{x.Name, of(x.Role, ""), x.ExpiresIn}, known(x.Provenance)...))
		}
		return rows
	}},
	{"issuers of tokens", func(h *fixtures.Host) (rows [][]string) {
		for _, i := range h.Issuers {
			rows = append(rows, append([]string{i.Name, i.URL, "for " + i.Audience, i.Lifetime},
				known(i.Provenance)...))
		}
		return rows
	}},
	{"files", func(h *fixtures.Host) (rows [][]string) {
		for _, f := range h.Files {
			rows = append(rows, append([]string{f.Path, f.Mode, "set by the " + f.SetBy}, known(f.Provenance)...))
		}
		return rows
	}},
	{"headers of each request", func(h *fixtures.Host) (rows [][]string) {
		for _, x := range h.RequestHeaders {
			rows = append(rows, append([]string{x.Name, x.Value}, known(x.Provenance)...))
		}
		return rows
	}},
	{"names that a project cannot set", func(h *fixtures.Host) (rows [][]string) {
		for _, r := range h.Reserved {
			for _, name := range append(r.Names[:len(r.Names):len(r.Names)], r.Prefixes...) {
				rows = append(rows, append([]string{name, r.Effect}, known(r.Provenance)...))
			}
		}
		return rows
	}},
	{"notes", func(h *fixtures.Host) (rows [][]string) {
		for _, n := range h.Notes {
			rows = append(rows, append([]string{n.Text}, known(n.Provenance)...))
		}
		return rows
	}},
	{"not simulated", func(h *fixtures.Host) (rows [][]string) {
		for _, line := range h.NotSimulated {
			rows = append(rows, []string{line})
		}
		return rows
	}},
}

func setBy(v fixtures.Variable) string {
	by := "set by the " + v.SetBy
	if v.Present == fixtures.Request {
		by += ", not before the first request"
	}
	return by
}

// whose is what an endpoint hands out, and how.
func whose(e fixtures.Endpoint) string {
	text := of(e.Role, e.Issuer)
	if e.User {
		text = "of the project's user"
	}
	if e.IMDS != nil {
		text = strings.TrimSpace(fmt.Sprintf("%s tokens %s, hop limit %d, %d hops away", text, e.IMDS.Tokens,
			e.IMDS.HopLimit, e.IMDS.Hops))
	}
	return text
}

func of(role, issuer string) string {
	switch {
	case role != "":
		return "of role " + role
	case issuer != "":
		return "of issuer " + issuer
	}
	return ""
}

// known says how a fact is known.
func known(p fixtures.Provenance) []string {
	return []string{p.From + ", " + fixtures.ConfidenceWord(p.Confidence), p.Source}
}
