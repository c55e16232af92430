package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/plural"
)

type factsCommand struct {
	Host       string `help:"Only what is said of this host, with what it inherits."`
	Library    string `help:"Only what is said of this library, by its id."`
	Confidence string `enum:"verified,likely,unverified," default:"" help:"Only facts that are verified, likely or unverified."`
	Answers    bool   `help:"Count what the mock gives as AWS's answers to refused calls, by how it is known; with --json, list them."`
	Due        string `placeholder:"DATE" help:"Only facts whose source has to be read again by this day (YYYY-MM-DD), or now."`
	JSON       bool   `help:"Print the facts as JSON."`
}

// Run lists facts, those first whose source has to be read first; exit 1 when the
// day of one has passed.
func (c *factsCommand) Run(s *streams) error {
	if c.Answers {
		return c.listAnswers(s)
	}
	facts, err := c.chosen(time.Now())
	if err != nil {
		return &exitError{exitUsage, err}
	}
	slices.SortStableFunc(facts, func(a, b fixtures.Fact) int {
		return cmp.Or(strings.Compare(a.Due, b.Due), strings.Compare(a.Of, b.Of))
	})
	if c.JSON {
		err = printJSON(s.out, facts)
	} else {
		err = printFacts(newPrinter(s.out), facts, time.Now())
	}
	if err == nil && slices.ContainsFunc(facts, func(f fixtures.Fact) bool { return f.Overdue(time.Now()) }) {
		return &exitError{code: exitRefused}
	}
	return err
}

// chosen are the facts that the flags ask for.
func (c *factsCommand) chosen(now time.Time) ([]fixtures.Fact, error) {
	facts, err := c.about()
	if err != nil {
		return nil, err
	}
	due := c.Due
	if due == "now" {
		due = now.UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	} else if _, err := time.Parse(time.DateOnly, due); due != "" && err != nil {
		return nil, fmt.Errorf("--due is %q: write a date such as 2027-01-31, or now", due)
	}
	facts = slices.DeleteFunc(facts, func(f fixtures.Fact) bool {
		known := fixtures.ConfidenceWord(f.Provenance.Confidence)
		return due != "" && f.Due > due || c.Confidence != "" && known != c.Confidence
	})
	if facts == nil {
		facts = []fixtures.Fact{} // [] in JSON
	}
	return facts, nil
}

// about is every fact about what was named; without a name, all.
func (c *factsCommand) about() ([]fixtures.Fact, error) {
	switch {
	case c.Host != "" && c.Library != "":
		return nil, errors.New("--host and --library: give one of them")
	case c.Host != "":
		h, err := fixtures.Builtin().Host(c.Host)
		if err != nil {
			return nil, err
		}
		return h.Facts(), nil
	case c.Library != "":
		return factsOfLibrary(c.Library)
	}
	all := fixtures.Builtin().Facts()
	for _, l := range fixtures.Libraries() {
		all = append(all, l.Facts()...)
	}
	return all, nil
}

func factsOfLibrary(id string) ([]fixtures.Fact, error) {
	var ids []string
	for _, l := range fixtures.Libraries() {
		if l.ID == id {
			return l.Facts(), nil
		}
		ids = append(ids, l.ID)
	}
	slices.Sort(ids)
	return nil, fmt.Errorf("no library %q%s There are: %s", id, fixtures.DidYouMean(id, ids), strings.Join(ids, ", "))
}

func printFacts(p *printer, facts []fixtures.Fact, now time.Time) error {
	p.wrapped(factsInShort(facts, now))
	for i := 0; i < len(facts); {
		due := facts[i].Due
		title := "to be read again by " + due
		if facts[i].Overdue(now) {
			title += ": overdue"
		}
		var rows [][]string
		for ; i < len(facts) && facts[i].Due == due; i++ {
			rows = append(rows, factRow(facts[i]))
		}
		p.rows(title, rows)
	}
	return p.err
}

// factRow is what is printed of one fact.
func factRow(f fixtures.Fact) []string {
	know := f.Provenance
	how := fixtures.ConfidenceWord(know.Confidence) + ", " + know.From
	row := []string{f.Part + " " + f.Name, f.Of, how, dated(know), know.URL(), know.Note}
	if know.Because != "" {
		row = append(row, "this day because "+know.Because)
	}
	return row
}

// factsInShort counts the facts by confidence, by whether their source was read,
// and by whether their day has passed.
func factsInShort(facts []fixtures.Fact, now time.Time) string {
	count := map[string]int{}
	newest := ""
	for _, f := range facts {
		count[f.Provenance.Confidence]++
		if f.Provenance.Checked == "" {
			count["entered"]++
		}
		if f.Overdue(now) {
			count["overdue"]++
		}
		newest = max(newest, f.Provenance.Checked)
	}
	text := fmt.Sprintf("%s: %d verified, %d likely, %d unverified; ", plural.Count(len(facts), "fact"), count["V"],
		count["L"], count["U"])
	if newest != "" {
		text += "the newest was checked on " + newest + "; "
	}
	return text + fmt.Sprintf("of %d only the day of entry is known; %d overdue", count["entered"], count["overdue"])
}

// dated is when a fact's source was read, or what is known instead.
func dated(p fixtures.Provenance) string {
	if p.Checked != "" {
		return "checked " + p.Checked
	}
	return "entered " + p.Entered
}
