// Package refused is the rule refused: a refusal that no other rule explains.
package refused

import (
	"slices"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "refused"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title:   "A refusal that no other rule explains",
		Text:    "AWS refused the call; what the judge said is repeated.",
		Example: "s3:ListBuckets was refused at authenticate: MalformedDate.",
	},
	Needs:      facts.Calls,
	Uses:       facts.Environment | facts.Offers | facts.Lookups | facts.Attempts,
	Source:     "",
	Confidence: "",
	Call:       check,
}

// othersRefused reports whether AWS refused another call of the run.
func othersRefused(c *facts.Call) bool {
	return slices.ContainsFunc(c.Result.Exchanges, func(e exchange.Exchange) bool {
		r := e.Verdict.Refusal
		return r != nil && !e.Verdict.Accepted && r.Reason != verdict.UnsupportedOperation
	})
}

// notKnown tells of a call that no table has. A signature is all that is judged of it.
func notKnown(c *facts.Call) rule.Telling {
	t := rule.Telling{
		What: c.Call + " is not known to this simulation: it was authenticated, and got no answer of AWS's.",
		Why: "Of such a call it is judged whose it is and whether its signature is right, and not whether it " +
			"is allowed. That it failed says nothing of the credentials.",
		Change: "Look at the other calls",
		Hazard: othersRefused(c), // they say more
	}
	if c.Verdict.Principal == "" {
		t.What = c.Call + " is not known to this simulation, and nobody signed it: it got no answer of AWS's."
		t.Why = "Of such a call nothing can be judged without a signature. That it failed says nothing of the " +
			"credentials."
	}
	return t
}

func check(c *facts.Call) (rule.Telling, bool) {
	if c.Verdict.Accepted || c.Verdict.Refusal == nil {
		return rule.Telling{}, false
	}
	if c.Because(verdict.UnsupportedOperation) {
		return notKnown(c), true
	}
	t := rule.Telling{
		What:   c.Call + " was refused at " + c.Verdict.Refusal.Error() + ".",
		Change: "See the exchange",
		Source: c.Source,
	}
	if say, known := shapes[c.Verdict.Refusal.Reason]; known {
		say(c, &t)
	}
	return t, true
}
