// Package unsigned is the rule unsigned: a call without any signature.
package unsigned

import (
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "unsigned"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A call without any signature",
		Text: "The program found no credentials and called all the same, as many clients of S3 do. AWS takes " +
			"such a call for anybody's; the answer may read like a missing permission.",
		Example: "s3:GetObject was sent without any signature, so that AWS took it for anybody's.",
	},
	Needs:      facts.Calls | facts.Offers | facts.Lookups | facts.Attempts | facts.Environment,
	Source:     rule.DocChain,
	Confidence: "V",
	Call:       check,
}

// check: a call without any signature. S3 judges it as anybody's, other
// services refuse it at once; either way nobody had signed.
func check(c *facts.Call) (rule.Telling, bool) {
	nobody := c.Presented.Scheme == "none" && c.Because(verdict.MissingAuthentication, verdict.Denied)
	if !nobody && !c.Because(verdict.MissingAuthentication) {
		return rule.Telling{}, false
	}
	t := rule.Telling{
		What:   c.Call + " was sent without any signature, so that AWS took it for anybody's.",
		Why:    "The program found no credentials and called all the same.",
		Change: "Give the client credentials, or let it fail when it finds none",
	}
	if c.Captured() {
		t.Why = "The program found no credentials and called all the same, or something on the way took the " +
			"Authorization header out: browsers, proxies and redirects to another host do."
	}
	l, advice, refused := c.RefusedLookup()
	misses, unasked := c.Misses(), ""
	if len(misses) > 0 {
		unasked = nowhere(c)
		t.Why = unasked
	}
	for i, m := range misses {
		if i == 0 {
			t.Change, t.Source, t.Confidence = m.Change, m.Source, m.Confidence
		}
		if i == 0 || m.Row.Asked.Count > 0 {
			t.Why += " " + m.Why
			refused = refused && l.Endpoint != m.Row.Offer.Endpoint
		}
	}
	if refused {
		t.Why += " " + facts.Told(l)
		t.Change, t.Source = advice.Change, advice.Source
	}
	t.Why = strings.TrimSpace(t.Why)
	if unasked != "" {
		t.Change += ". If it sets an option that makes calls anonymous, take that out"
	}
	return t, true
}

// nowhere says that the program did not look for credentials at all, where that is so and
// would have been seen. Whether it read variables cannot be seen: SDKs that read them sign.
func nowhere(c *facts.Call) string {
	variables := false
	for i := range c.Rows {
		row := &c.Rows[i]
		inVariables := row.Offer.Kind == fixtures.OfferVariables && !row.Offer.User
		if row.Asked.Count > 0 || !row.Asked.Seen && !row.Offer.User && !inVariables {
			return ""
		}
		variables = variables || inVariables
	}
	for i := range c.Others {
		if c.Others[i].Asked.Count > 0 {
			return ""
		}
	}
	const told = "either it is told to call without any (an option such as UNSIGNED, anon or no-sign-request), or it "
	if variables {
		return "Nothing was seen of a search for credentials: " + told + "does not read the variables that this host " +
			"sets."
	}
	return "The program looked for credentials nowhere: " + told + "knows none of this host's places."
}
