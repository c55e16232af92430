package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/hostproof/hostproof/harness/internal/plural"
)

// sign is an outcome as one character, which differs in shape, not only in
// colour.
var sign = map[Outcome]string{Accepted: "✓", Refused: "✗", NoCall: "∅", Failed: "!", Broken: "?", Skipped: "-"}

// word is an outcome for a person.
var word = map[Outcome]string{
	Accepted: "accepted", Refused: "refused by AWS", NoCall: "no AWS call", Failed: "accepted, and the subject failed",
	Broken:  "not judged",
	Skipped: "skipped",
}

// colour is an outcome's ANSI colour.
var colour = map[Outcome]string{Accepted: "32", Refused: "31", NoCall: "35", Failed: "33", Broken: "33", Skipped: "2"}

// TableStyle is how a table is written for a terminal.
type TableStyle struct {
	Colour bool // ANSI colours; every sign differs in shape as well
	Width  int  // columns of the terminal; 0 stands for 150
}

// WriteTable writes the grid for a terminal, and below it what did not come out
// as expected. A grid that is wider than the terminal is written in bands, one
// below the other.
func (r *Report) WriteTable(w io.Writer, style TableStyle) error {
	t := &table{colour: style.Colour}
	t.grid(r, cmp.Or(style.Width, 150))
	t.legend(r)
	t.reasons(r)
	t.unexpected(r)
	_, err := io.WriteString(w, t.b.String())
	return err
}

type table struct {
	b      strings.Builder
	colour bool
}

func (t *table) p(format string, args ...any) { fmt.Fprintf(&t.b, format, args...) }

// grid has a row a host and a column a strategy, numbered, grouped by subject.
func (t *table) grid(r *Report, width int) {
	names := len("host")
	for _, h := range r.Hosts {
		names = max(names, utf8.RuneCountInString(h.Name))
	}
	cells, first := r.cells(), 1
	for i, band := range bands(r.Subjects, width-names-1) {
		if i > 0 {
			t.p("\n")
		}
		t.head(names, first, band)
		for _, h := range r.Hosts {
			t.row(names, h.Name, band, cells)
		}
		for _, s := range band {
			first += len(s.Strategies)
		}
	}
}

// bands are as many subjects each as fit a width, but at least one.
func bands(subjects []Subject, width int) (out [][]Subject) {
	left := 0
	for _, s := range subjects {
		wide := 2 + 3*len(s.Strategies) // with the line in front and the space behind
		if len(out) == 0 || wide > left {
			out, left = append(out, nil), width
		}
		out[len(out)-1] = append(out[len(out)-1], s)
		left -= wide
	}
	return out
}

func (t *table) head(names, n int, band []Subject) {
	t.p("%-*s ", names, "host")
	for _, s := range band {
		t.p("│")
		for range s.Strategies {
			t.p("%3d", n)
			n++
		}
		t.p(" ")
	}
	t.p("\n")
}

func (t *table) row(names int, host string, band []Subject, cells map[[3]string]*Cell) {
	t.p("%-*s ", names, host)
	for _, s := range band {
		t.p("│")
		for _, way := range s.Strategies {
			t.cell(cells[[3]string{host, s.Name, way.Name}])
		}
		t.p(" ")
	}
	t.p("\n")
}

// cell is a sign of three columns: "*" before it marks what was not expected.
func (t *table) cell(c *Cell) {
	if c == nil {
		t.p("  ·") // of another shard
		return
	}
	mark := " "
	if !c.AsExpected() {
		mark = "*"
	}
	t.p(" %s%s", mark, t.paint(sign[c.Outcome], colour[c.Outcome]))
}

func (t *table) paint(text, code string) string {
	if !t.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (t *table) legend(r *Report) {
	t.p("\n")
	n := 0
	for _, s := range r.Subjects {
		t.p("%s\n", strings.TrimSuffix(s.Name+", "+s.Call, ", "))
		for _, way := range s.Strategies {
			n++
			t.p("%4d  %s: %s\n", n, way.Name, way.Title)
		}
	}
	counts := r.Count()
	var parts []string
	for _, o := range Outcomes {
		if counts[o] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d %s", t.paint(sign[o], colour[o]), counts[o], word[o]))
		}
	}
	t.p("\n%s: %s\n", plural.Count(len(r.Cells), "cell"), strings.Join(parts, ", "))
	if r.Partial != "" {
		t.p("%s: this report has what was done until then\n", t.paint("partial, "+r.Partial, colour[Failed]))
	}
	for _, s := range r.Skips() {
		t.p("skipped %s: %s\n", s.Subject, s.Reason)
	}
}

// reasons explains the cells that were not accepted, each reason once.
func (t *table) reasons(r *Report) {
	t.p("\n")
	for _, x := range r.Reasons() {
		t.p("%s %d of %s: %s", t.paint(sign[x.Outcome], colour[x.Outcome]), x.Cells, some(x.Subjects), x.Because)
		if x.Source != "" {
			t.p(" (%s)", x.Source)
		}
		t.p("\n  on %s\n", some(x.Hosts))
	}
	t.p("\n")
}

// some lists names, and counts those after the sixth.
func some(names []string) string {
	const most = 6
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func (t *table) unexpected(r *Report) {
	n := r.Unexpected()
	if n == 0 {
		if len(r.Skips()) > 0 || r.Partial != "" {
			t.p("all that ran as expected\n")
			return
		}
		t.p("all as expected\n")
		return
	}
	t.p("%d not as expected (*):\n", n)
	for i := range r.Cells {
		if c := &r.Cells[i]; !c.AsExpected() {
			t.p("\n")
			c.writeText(&t.b)
		}
	}
}
