// Package otherprincipal is the rule other-principal: the host's role made the call although the project has a key.
package otherprincipal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "other-principal"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title:   "The host's role made the call although the project has a key",
		Text:    "The program has a key of its own in its settings and did not use it.",
		Example: "s3:ListBuckets was made as the role of the function, although the project sets MY_KEY.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocChain,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

// check: the host's role made the call although the project has a key.
func check(c *facts.Call) (rule.Telling, bool) {
	keys := c.OwnKeys()
	if !c.OfHost() || c.IsPlatform(c.Verdict.Principal) || len(keys) == 0 {
		return rule.Telling{}, false
	}
	names := facts.Names(keys)
	return rule.Telling{
		Variables: append(slices.Clone(names), c.Trace.KeyID.Variables...),
		What: fmt.Sprintf(
			"%s was made as %s, with the host's credentials from %s, although the project sets %s.",
			c.Call,
			c.Verdict.Principal,
			c.Trace.KeyID.From(),
			strings.Join(names, ", "),
		),
		Why: "If the program passes that variable explicitly, it is spelled otherwise there: an option that is " +
			"undefined falls back to the host's credentials without a word.",
		Change: "If the role is meant, remove the key from the project: a key that is not used can only be stolen",
	}, true
}
