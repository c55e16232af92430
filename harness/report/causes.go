package report

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/hostproof/hostproof/harness/internal/plural"
)

// Cause is why cells are not as expected: a kind of finding or, without one, what came
// of them.
type Cause struct {
	Kind  string
	Why   string // of its first cell, in a sentence
	Hosts int
	Ways  []Mending
}

// Mending is what to change, and where that helps.
type Mending struct {
	Change string
	Cells  []CauseCell
}

// CauseCell leads to the first cell of a host.
type CauseCell struct {
	Host string
	Link string // within the page
	More int    // further cells of the host
}

// Causes are why cells are not as expected, the one of most hosts first.
func (r *Report) Causes() []Cause {
	var out []Cause
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.AsExpected() || c.Outcome == Skipped {
			continue
		}
		kind, why, change := c.cause()
		at := slices.IndexFunc(out, func(x Cause) bool { return x.Kind == kind })
		if at < 0 {
			at = len(out)
			out = append(out, Cause{Kind: kind, Why: why})
		}
		out[at].add(c, change)
	}
	slices.SortStableFunc(out, func(a, b Cause) int { return b.Hosts - a.Hosts })
	return out
}

// cause is what the first problem says or, where there is none, what came of the cell.
func (c *Cell) cause() (kind, why, change string) {
	if c.Run != nil {
		for _, f := range c.Run.Findings {
			if !f.Hazard {
				return f.Kind, f.What, f.Change
			}
		}
	}
	if c.Problem != "" {
		return word[c.Outcome], c.Problem, ""
	}
	return word[c.Outcome], c.Unexpected, ""
}

func (x *Cause) add(c *Cell, change string) {
	has := func(m Mending) bool {
		return slices.ContainsFunc(m.Cells, func(k CauseCell) bool { return k.Host == c.Host })
	}
	if !slices.ContainsFunc(x.Ways, has) {
		x.Hosts++
	}
	at := slices.IndexFunc(x.Ways, func(m Mending) bool { return m.Change == change })
	if at < 0 {
		at = len(x.Ways)
		x.Ways = append(x.Ways, Mending{Change: change})
	}
	m := &x.Ways[at]
	for i := range m.Cells {
		if m.Cells[i].Host == c.Host {
			m.Cells[i].More++
			return
		}
	}
	link := "#" + url.PathEscape(c.Host) + "/" + url.PathEscape(c.Subject) + "/" + url.PathEscape(c.Strategy)
	m.Cells = append(m.Cells, CauseCell{Host: c.Host, Link: link})
}

// answer says in a line on how many hosts one program works, and how many causes there
// are for those where it breaks.
func (r *Report) answer(causes int) string {
	var works, breaks, known, skipped int
	for i := range r.Cells {
		switch c := &r.Cells[i]; {
		case c.Outcome == Skipped:
			skipped++
		case !c.AsExpected():
			breaks++
		case c.Outcome == Accepted || c.Outcome == NoCall:
			works++
		default:
			known++
		}
	}
	if works == len(r.Cells) {
		return "Works on all " + plural.Count(works, "host")
	}
	text := "Works on " + plural.Count(works, "host")
	for _, part := range []struct {
		count int
		text  string
	}{{breaks, ", breaks on %d"}, {known, ", is refused on %d, as is known"}, {skipped, ", was not run on %d"}} {
		if part.count > 0 {
			text += fmt.Sprintf(part.text, part.count)
		}
	}
	if breaks > 0 {
		text += ": " + plural.Count(causes, "cause")
	}
	return text
}
