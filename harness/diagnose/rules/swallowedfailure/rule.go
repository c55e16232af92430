// Package swallowedfailure is the rule swallowed-failure: a failure to find credentials that the program caught.
package swallowedfailure

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/lack"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "swallowed-failure"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A failure to find credentials that the program caught",
		Text: "The exit code or the status does not show it: the program said that it found none, or asked " +
			"everywhere in vain, and went on.",
		Example: "The program found no credentials and went on: it printed \"Could not load credentials from any " +
			"providers\", and ended with exit code 0.",
	},
	Needs: facts.Calls | facts.Offers | facts.Attempts | facts.Lookups | facts.Output |
		facts.Ending | facts.Environment,
	Source:     rule.DocChain,
	Confidence: "V",
	Run:        swallowed,
	Visit:      lackInAnswer,
}

// swallowed: the program found no credentials, and went on.
func swallowed(d *facts.Facts) (rule.Telling, bool) {
	r := d.Result
	if r.Failed() && len(r.Exchanges) == 0 {
		return rule.Telling{}, false // the failure shows, and noCall speaks of it
	}
	what, found := lackOfCredentials(d)
	if !found {
		return rule.Telling{}, false
	}
	t := rule.Telling{
		What:   what,
		Change: "Pass the program the credentials that this host has, or run it on a host that has what it looks for",
	}
	lack.Explain(d, &t)
	return t, true
}

// lackOfCredentials says what shows that the program found none. Where other AWS
// calls were accepted only the words count with which libraries end their search:
// a chain of providers may look in vain at many places before it finds some.
func lackOfCredentials(d *facts.Facts) (what string, found bool) {
	if line, where := d.EndOfSearch(); line != "" && !refusedExchange(d) {
		return fmt.Sprintf(
			"The program found no credentials %s: it %s %q%s.",
			andThen(d),
			where,
			line,
			inSpite(d),
		), true
	}
	if len(d.Result.Exchanges) > 0 || d.WasHandedCredentials() {
		return "", false
	}
	if line, where := d.Quoted(facts.Lack); line != "" {
		return fmt.Sprintf(
			"The program seems to have found no credentials %s: it %s %q%s.",
			andThen(d),
			where,
			line,
			inSpite(d),
		), true
	}
	if vain := d.Vainly(); len(vain) > 0 {
		return "The program asked for credentials, got none and made no AWS call" + inSpite(d) + ".", true
	}
	return "", false
}

// refusedExchange reports whether STS issued no credentials, because it refused or
// because a fault struck its answer: a call of the run that has a finding of its
// own, after which the search ended in vain.
func refusedExchange(d *facts.Facts) bool {
	for i := range d.Result.Exchanges {
		e := &d.Result.Exchanges[i]
		failed := !e.Verdict.Accepted || e.Fault != nil || e.Status >= 400
		if failed && strings.HasPrefix(e.Call, "sts:") {
			return true
		}
	}
	return false
}

// andThen is what the program did when it had found none.
func andThen(d *facts.Facts) string {
	if d.Result.Failed() {
		return "for all that it wanted to do"
	}
	return "and went on"
}

// inSpite is how the program ended all the same.
func inSpite(d *facts.Facts) string {
	r := d.Result
	switch {
	case r.Failed():
		return ""
	case r.Stopped:
		return ", and served on"
	}
	return fmt.Sprintf(", and ended with exit code %d", r.ExitCode)
}

// lackInAnswer: the answer says that the program found no credentials.
func lackInAnswer(d *facts.Facts, v *ledger.Visit) (rule.Telling, bool) {
	line, _ := d.EndOfSearch()
	if line == "" && v.Broken() && len(v.Calls) == 0 {
		line, _ = d.Quoted(facts.Lack)
	}
	if line == "" {
		return rule.Telling{}, false
	}
	t := rule.Telling{
		What:   fmt.Sprintf("%s: the program found no credentials, and said %q.", d.Result.Scrub(v.String()), line),
		Change: "Pass the program the credentials that this host has, or run it on a host that has what it looks for",
	}
	lack.Explain(d, &t)
	return t, true
}
