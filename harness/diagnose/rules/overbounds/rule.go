// Package overbounds is the rule over-bounds: the program was ended because it used more than it may.
package overbounds

import (
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "over-bounds"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "The program was ended because it used more than it may",
		Text: "A run has bounds for processes, memory and files. The program did not end by itself, and its " +
			"end says nothing of its credentials.",
		Example: "The program was ended: it used more memory than it may, 512MiB.",
	},
	Needs:      facts.Ending,
	Source:     rule.DocLimits,
	Confidence: "V",
	Run:        check,
}

// settings are the flags and options that say how much.
var settings = map[seen.Bound]string{
	seen.Processes: "--max-processes", seen.Memory: "--max-memory", seen.Disk: "--max-disk",
}

// check: a bound ended the program.
func check(d *facts.Facts) (rule.Telling, bool) {
	at := slices.IndexFunc(d.Result.Met, func(m seen.Met) bool { return m.Ended })
	if at < 0 {
		return rule.Telling{}, false
	}
	met := d.Result.Met[at]
	return rule.Telling{
		What: "The program was ended: " + strings.TrimPrefix(met.Text, "it was ended: ") + ".",
		Why:  "That is a bound of this run, and not of the host. Its end says nothing of its credentials.",
		Change: "See why the program uses so much, or give it more (" + settings[met.Bound] +
			") if that is what it needs",
	}, true
}
