// Package nocall is the rule no-call: the program failed before any AWS call.
package nocall

import (
	"fmt"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/lack"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "no-call"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "The program failed before any AWS call",
		Text: "AWS never heard of the program. What it looked for, what the host has and what it did not ask " +
			"say why.",
		Example: "The program failed before it made any AWS call: \"Could not load credentials from any " +
			"providers\".",
	},
	Needs: facts.Calls | facts.Offers | facts.Attempts | facts.Lookups | facts.Output |
		facts.Ending | facts.Environment,
	Source:     rule.DocChain,
	Confidence: "V",
	Run:        check,
}

// check: the subject failed and AWS never heard of it.
func check(d *facts.Facts) (rule.Telling, bool) {
	if !d.Result.Failed() || len(d.Result.Exchanges) > 0 {
		return rule.Telling{}, false
	}
	t := rule.Telling{What: withoutCall(d) + d.SaidWhy() + "."}
	t.Change = "See what the program printed; pass it the credentials that this host has, or run it on a host that " +
		"has what it looks for"
	if d.Result.TimedOut {
		t.Change = "Give it more time (--timeout, harness.WithTimeout) if it is only slow; else see what it waits for"
	}
	lack.Explain(d, &t)
	return t, true
}

// withoutCall is the beginning of the sentence about a program that failed and of
// which the mock saw no call.
func withoutCall(d *facts.Facts) string {
	r := d.Result
	switch blind := d.OutOfReach() != ""; {
	case r.TimedOut && blind:
		return fmt.Sprintf(
			"The program's time (%v) was up, and no AWS call of it had reached the mock",
			r.Duration.Round(time.Second),
		)
	case r.TimedOut:
		return fmt.Sprintf("The program's time (%v) was up before it made any AWS call", r.Duration.Round(time.Second))
	case blind:
		return "The program failed, and no AWS call of it reached the mock"
	case len(r.TLSFailures) > 0:
		return fmt.Sprintf(
			"The program failed, and its connection to %s ended in the TLS handshake, before any AWS call",
			r.TLSFailures[0].Name,
		)
	}
	if all := d.Misses(); len(all) > 0 && all[0].Row.Asked.Refusals() != "" && !all[0].Given {
		name := all[0].Row.Offer.Name // the place that it was meant to use
		return fmt.Sprintf("The program got no credentials from %s, and failed without any AWS call", name)
	}
	return "The program failed before it made any AWS call"
}
