package casefile

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// WriteText writes for a person what was expected and what happened; of a run
// that did not go as expected, and where verbose of any, the whole result. It
// holds no secret.
func (o *Outcome) WriteText(w io.Writer, verbose bool) {
	o.Case.writeHead(w)
	for i := range o.Runs {
		r := &o.Runs[i]
		fmt.Fprintf(w, "\n  %s: %s\n", r.Run.Name, o.Case.with(r.Run))
		for _, c := range r.Checks {
			mark := "ok "
			if !c.OK {
				mark = "NOT"
			}
			fmt.Fprintf(w, "    %s  %s\n", mark, c.Expected)
			if !c.OK {
				fmt.Fprintf(w, "         but %s\n", c.Got)
			}
		}
		if verbose || !r.OK() {
			fmt.Fprintf(w, "\n    all of it:\n      %s\n", strings.ReplaceAll(strings.TrimSpace(r.Result.String()),
				"\n", "\n      "))
		}
	}
}

func (c *Case) writeHead(w io.Writer) {
	fmt.Fprintf(w, "%s  [%s: %s]\n", c.Name, c.Class, Classes[c.Class])
	for _, line := range []struct{ name, text string }{
		{"issue", strings.Join(c.Issues, " ")}, {"symptom", c.Symptom}, {"cause", c.Cause}, {"forced", c.Forced},
	} {
		fmt.Fprintf(w, "  %-8s %s\n", line.name+":", line.text)
	}
}

// with says what a run runs where.
func (c *Case) with(r *Run) string {
	s := c.merge(r)
	var libraries []string
	for _, name := range slices.Sorted(maps.Keys(s.Libraries)) {
		libraries = append(libraries, name+" "+s.Libraries[name])
	}
	if !s.Packages.Empty() {
		libraries = append(libraries, s.Packages.String())
	}
	text := strings.Join(s.Program, " ") + " on " + s.Host
	if len(libraries) > 0 {
		text += ", with " + strings.Join(libraries, ", ")
	}
	return text
}
