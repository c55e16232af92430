// Package outofdescriptors is the rule out-of-descriptors: this process could open no more files, so that
// what the program asked for got no answer.
package outofdescriptors

import (
	"slices"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "out-of-descriptors"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "The harness could open no more files",
		Text: "Each name that a program looks up takes two to four of the open files that a process may have, " +
			"and each of its connections one. Without one a name does not resolve or a connection waits, " +
			"which is none of the program's doing.",
		Example: "No files were left to answer for some-bucket.s3.amazonaws.com: too many open files.",
	},
	Needs:      facts.Ending,
	Source:     rule.DocLimits,
	Confidence: "V",
	Run:        check,
}

// check: something could not be opened.
func check(d *facts.Facts) (rule.Telling, bool) {
	at := slices.IndexFunc(d.Result.Met, func(m seen.Met) bool { return m.Bound == seen.Descriptors })
	if at < 0 {
		return rule.Telling{}, false
	}
	return rule.Telling{
		What: prose.Sentence(d.Result.Met[at].Text),
		Why: "This process had as many files open as it may, so what the program met is not what it would meet on " +
			"the host.",
		Change: "Allow more (ulimit -n), have fewer runs at a time (--parallel), or look up fewer names in a run",
	}, true
}
