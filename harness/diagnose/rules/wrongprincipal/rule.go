// Package wrongprincipal is the rule wrong-principal: the machine's role in place of the program's own.
package wrongprincipal

import (
	"fmt"
	"slices"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "wrong-principal"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "The machine's role in place of the program's own",
		Text: "The host gives the program a role of its own and the program used the role of the machine, " +
			"which every program there has. The program's own role is to be used; the machine's is not to " +
			"be allowed more.",
		Example: "s3:GetObject was made as the role of the node, and not as the program's own role app.",
	},
	Needs:      facts.Calls | facts.Offers | facts.Attempts,
	Source:     rule.DocChain,
	Confidence: "V",
	Call:       check,
}

// check: the machine's role made the call and may not, on a host that
// gives the program a role of its own.
func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Because(verdict.Denied) {
		return rule.Telling{}, false
	}
	used := slices.IndexFunc(
		c.Rows,
		func(r ledger.Row) bool { return r.Offer.Machine && slices.Contains(r.Used, c.Seq) },
	)
	if used < 0 {
		return rule.Telling{}, false
	}
	own := slices.DeleteFunc(c.Unused(), func(r ledger.Row) bool {
		return r.Offer.Machine || r.Offer.Role == "" || r.Offer.Role == c.Rows[used].Offer.Role
	})
	if len(own) == 0 {
		return rule.Telling{}, false
	}
	return rule.Telling{
		What: fmt.Sprintf("%s was made as %s, the role of the machine, and not as the program's own role %s.",
			c.Call, c.Verdict.Principal, own[0].Offer.Role),
		Why: fmt.Sprintf("%s The program's SDK went on to %s, which answers every program on the machine. %s",
			c.Missed(&own[0]), c.Rows[used].Offer.Name, prose.Sentence(c.Message)),
		Change: c.Use(
			&own[0],
		) + ". Do not allow it to the machine's role: every program there would have the permission",
	}, true
}
