package diagnose

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hostproof/hostproof/harness/diagnose/rule"
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

// confidences are the words for the letters of a confidence.
var confidences = map[string]string{"V": "verified", "L": "likely", "U": "unverified"}

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
			fmt.Fprintf(&b, "Source (%s): <%s>\n\n", confidences[r.Confidence], r.Source)
		}
	}
	_, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n"))
	return err
}

// pageWidth is the width of the page, in characters.
const pageWidth = 120

// writeFolded writes a paragraph, each line with a prefix.
func writeFolded(b *strings.Builder, text, prefix string) {
	line := prefix
	for _, word := range strings.Fields(text) {
		if len(line) > len(prefix) && utf8.RuneCountInString(line+" "+word) > pageWidth {
			b.WriteString(line + "\n")
			line = prefix
		}
		if line != prefix {
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n\n")
}
