package report

import "slices"

// Reason is why cells were not accepted, as it was known before they ran.
type Reason struct {
	Outcome         Outcome
	Because, Source string
	Cells           int
	Subjects, Hosts []string // of these cells, in the report's order
}

// Reasons lists why cells were refused as expected, the reason of most cells
// first.
func (r *Report) Reasons() []Reason {
	var out []Reason
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Expected == nil || !c.AsExpected() || c.Outcome == Accepted {
			continue
		}
		at := slices.IndexFunc(out, func(x Reason) bool {
			return x.Outcome == c.Outcome &&
				x.Because == c.Expected.Because
		})
		if at < 0 {
			at = len(out)
			out = append(out, Reason{Outcome: c.Outcome, Because: c.Expected.Because, Source: c.Expected.Source})
		}
		out[at].add(c)
	}
	slices.SortStableFunc(out, func(a, b Reason) int { return b.Cells - a.Cells })
	return out
}

func (x *Reason) add(c *Cell) {
	x.Cells++
	if !slices.Contains(x.Subjects, c.Subject) {
		x.Subjects = append(x.Subjects, c.Subject)
	}
	if !slices.Contains(x.Hosts, c.Host) {
		x.Hosts = append(x.Hosts, c.Host)
	}
}
