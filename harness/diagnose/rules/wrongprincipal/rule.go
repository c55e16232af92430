// Package wrongprincipal is the rule wrong-principal: another principal in place of the program's own.
package wrongprincipal

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "wrong-principal"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "Another principal than the one that the host gives the program",
		Text: "The host gives the program a role of its own, and the program used another principal: the role of " +
			"the machine, which every program there has, or a key that SDKs take first. The right one is to be " +
			"used; the other is not to be allowed more.",
		Example: "s3:GetObject was made as the role of the node, and not as the program's own role app.",
	},
	Needs:      facts.Calls | facts.Offers | facts.Lookups | facts.Attempts | facts.Environment,
	Uses:       facts.Output,
	Source:     rule.DocChain,
	Confidence: "V",
	Call:       check,
}

// check: another principal made the call and may not, on a host that gives the
// program one of its own.
func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Because(verdict.Denied) {
		return rule.Telling{}, false
	}
	used := c.UsedRow()
	if used == nil || used.Offer.Platform {
		return rule.Telling{}, false
	}
	for _, m := range c.Misses() {
		if m.Row.Offer.Machine && c.HasOwnRole() || m.Row.Offer.Role != "" && m.Row.Offer.Role == used.Offer.Role {
			continue
		}
		if used.Offer.Machine && m.Row.Offer.Role != "" {
			return ofMachine(c, used, &m), true
		}
		if !used.Offer.User && m.Row.Offer.User {
			continue // which of the two was meant is not known: not-allowed names both
		}
		if c.May(m.Row) && !c.May(used) {
			return stronger(c, used, &m), true
		}
	}
	if why, change := c.TakenAway(); why != "" && used.Offer.Machine {
		return rule.Telling{
			What: fmt.Sprintf("%s was made as %s, the role of the machine, and not as a role of the program's own.",
				c.Call, c.Verdict.Principal),
			Why:    why + " It went on to " + used.Offer.Name + ".",
			Change: change + ". Do not allow it to the machine's role, which every program there has",
		}, true
	}
	return rule.Telling{}, false
}

// ofMachine: the program went on to the machine's role.
func ofMachine(c *facts.Call, used *ledger.Row, m *facts.Miss) rule.Telling {
	own := m.Row.Offer.Role
	t := rule.Telling{
		What: fmt.Sprintf("%s was made as %s, the role of the machine, and not as the program's own role %s.", c.Call,
			c.Verdict.Principal, own),
		Why:    fmt.Sprintf("%s It went on to %s.", m.Why, used.Offer.Name),
		Change: m.Change + ". Do not allow it to the machine's role, which every program there has",
		Source: m.Source, Confidence: m.Confidence,
	}
	ofLibrary(c, m, &t)
	if len(c.Able) > 0 && c.May(m.Row) {
		t.Why += fmt.Sprintf(" Role %s may do it.", own)
	}
	return t
}

// ofLibrary adds how the library that made the call is brought to take a token that it
// passed over, where it did not say so itself.
func ofLibrary(c *facts.Call, m *facts.Miss, t *rule.Telling) {
	way := c.Library.Own(library.WebIdentity)
	said, _ := c.PartLacking()
	if way == "" || said != "" || m.Row.Offer.Kind != fixtures.OfferWebIdentity || m.Row.Asked.Count > 0 {
		return
	}
	t.Why += fmt.Sprintf(" The call was made with the %s.", c.Library)
	t.Change = prose.Capital(way) + ". Where that is not enough: " + prose.Lower(t.Change)
	t.Confidence = "L"
}

// stronger: the program took a source that SDKs take first, and its principal may not,
// while the one that the host gives it may.
func stronger(c *facts.Call, used *ledger.Row, m *facts.Miss) rule.Telling {
	key, own := c.Trace.KeyID, facts.Holder(m.Row)
	t := rule.Telling{
		Variables: key.Variables,
		What: fmt.Sprintf("%s was made as %s, with the key from %s, and not as %s, which may do it.", c.Call,
			c.Verdict.Principal, key.From(), own),
		Why:    m.Why,
		Change: m.Change, Source: m.Source, Confidence: m.Confidence,
	}
	if len(key.Variables) > 0 && m.Row.Offer.Kind != fixtures.OfferVariables {
		t.Why += " SDKs take a key in variables before any other place."
		t.Change = fmt.Sprintf("Take %s out of the program's environment, so that its SDK goes on to %s. Do not allow "+
			"it to %s", strings.Join(used.Offer.Variables, ", "), m.Row.Offer.Name, facts.Holder(used))
	}
	return t
}
