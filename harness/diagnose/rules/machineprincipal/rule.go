// Package machineprincipal is the rule machine-principal: the machine's role made the call, and the
// program's own was left unused.
package machineprincipal

import (
	"fmt"
	"slices"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "machine-principal"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "The machine's role made the call, and the program's own was left unused",
		Text: "The host gives the program a role of its own, and nothing of the run used it. The call was accepted " +
			"because the role of the machine, which every program there has, may make it too: where that role may " +
			"do less, the program fails.",
		Example: "s3:GetObject was made as the role of the node, and not as the program's own role app.",
	},
	Needs:      facts.Calls | facts.Offers | facts.Lookups | facts.Attempts | facts.Environment,
	Uses:       facts.Output,
	Source:     rule.DocChain,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

// denied reports whether the machine's role was denied a call of the run: wrong-principal
// says the same of that, and more.
func denied(c *facts.Call, used *ledger.Row) bool {
	return slices.ContainsFunc(c.Calls, func(other *facts.Call) bool {
		return slices.Contains(used.Used, other.Seq) && other.Because(verdict.Denied)
	})
}

// check: the call was made with the machine's credentials on a host that gives the
// program a role of its own, and no call of the run used that.
func check(c *facts.Call) (rule.Telling, bool) {
	used := c.UsedRow()
	if used == nil || !used.Offer.Machine || denied(c, used) {
		return rule.Telling{}, false
	}
	for _, m := range c.Misses() {
		own := &m.Row.Offer
		if own.Machine || own.User || own.Role == "" {
			continue
		}
		return rule.Telling{
			What: fmt.Sprintf("%s was made as %s, the role of the machine, and not as the program's own role %s.",
				c.Call, c.Verdict.Principal, own.Role),
			Why: fmt.Sprintf("%s It went on to %s, whose role may make the call here; every program of the machine "+
				"has that role.", m.Why, used.Offer.Name),
			Change: m.Change + ". Do not leave it to the machine's role",
			Source: m.Source, Confidence: m.Confidence,
		}, true
	}
	return rule.Telling{}, false
}
