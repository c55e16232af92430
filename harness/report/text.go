package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/headline"
)

// writeText writes what came of a cell for a person, without colours, and
// without what in a subject's output would move a terminal's cursor.
func (c *Cell) writeText(to io.Writer) {
	w := &strings.Builder{}
	defer func() { _, _ = io.WriteString(to, headline.Printable(w.String())) }() // a strings.Builder, too
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	p("%s: %s\n", c.Name(), c.Status.text())
	if c.Unexpected != "" {
		p("not as expected: %s\n", c.Unexpected)
	}
	if e := c.Expected; e != nil && e.Because != "" {
		p("known: %s\n", e.Because)
		if e.Source != "" {
			p("see: %s\n", e.Source)
		}
	}
	if c.Problem != "" {
		p("%s\n", c.Problem)
	}
	if c.Run == nil {
		return
	}
	if len(c.Run.Settings) > 0 {
		p("settings: %s\n", strings.Join(c.Run.Settings, " "))
	}
	if c.Run.TimedOut {
		p("%s\n", c.Run.TimeUp())
	}
	for i := range c.Run.Exchanges {
		c.Run.Exchanges[i].writeText(w)
	}
	for _, line := range c.Run.Elsewhere {
		p("%s\n", line)
	}
	if c.Run.Error != "" {
		p("the program failed: %s\n", c.Run.Error)
	}
	for _, f := range c.Run.Findings {
		p("%s: %s\n", f.Kind, f.What)
		if f.Why != "" {
			p("  why: %s\n", f.Why)
		}
		p("  change: %s\n", f.Change)
	}
}

func (e *Exchange) writeText(w io.Writer) {
	fmt.Fprintf(w, "#%d %s: %s\n", e.Seq, e.Call, e.Verdict())
	for _, part := range e.Credentials {
		fmt.Fprintf(w, "  %s: %s <- %s\n", part.Name, part.Shown, part.From)
	}
	if c := e.Canonical; c != nil && c.Line > 0 {
		fmt.Fprintf(w, "  canonical request, line %d (%s):\n    AWS:    %s\n    client: %s\n", c.Line, c.Name, c.Ours,
			c.Theirs)
	}
}

// Verdict is what was decided about the call, in one line.
func (e *Exchange) Verdict() string {
	if e.Accepted {
		return "accepted as " + e.Principal
	}
	line := fmt.Sprintf("%d %s", e.Status, e.Code)
	if e.Reason != "" {
		line += ", refused at " + e.Stage + ": " + e.Reason
	}
	return line
}

// text is the status in a few words.
func (s Status) text() string {
	text := word[s.Outcome]
	if s.As != "" {
		text += ", called as " + s.As
	}
	if s.Code != "" {
		text += ", " + s.Code
	}
	return text
}
