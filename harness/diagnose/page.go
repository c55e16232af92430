package diagnose

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
)

//go:generate go run ./internal/page ../docs/findings.md

// Rules are all rules, each once, by the names of their findings.
func Rules() []*rule.Rule {
	all := slices.Concat(refusals, hazards, ofRun, ofVisits)
	slices.SortFunc(all, func(a, b *rule.Rule) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	return slices.Compact(all)
}

const pageHead = `# Every finding, explained

<!-- Made by go generate ./harness/diagnose out of harness/diagnose/rules: change the Doc of a rule there. -->

A finding says what happened, why, and what to change. Its kind, in brackets in the text and ` + "`kind`" + ` in JSON,
is the name of the rule that made it. A problem is why a run is not fine; a hazard is something that worked this time.

`

// WritePage writes the page of the handbook that explains every finding.
func WritePage(w io.Writer) error {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, r := range Rules() {
		what := "Problem"
		if r.Hazard {
			what = "Hazard"
		}
		fmt.Fprintf(&b, "## %s\n\n", r.Kind)
		writeFolded(&b, "**"+r.Doc.Title+".** "+r.Doc.Text, "")
		writeFolded(&b, r.Doc.Example, "> ")
		writeFolded(&b, what+". It looks at "+(r.Needs|r.Uses).String()+".", "")
		if r.Source != "" {
			fmt.Fprintf(&b, "Source (%s): <%s>\n\n", fixtures.ConfidenceWord(r.Confidence), r.Source)
		}
	}
	_, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n"))
	return err
}

// pageWidth is the width of the page, in characters.
const pageWidth = 120

// writeFolded writes a paragraph, each line with a prefix.
func writeFolded(b *strings.Builder, text, prefix string) {
	b.WriteString(prose.Wrap(pageWidth, prefix, prefix, text) + "\n\n")
}
