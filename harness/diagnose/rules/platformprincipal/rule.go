// Package platformprincipal is the rule platform-principal: a call that was made as the platform.
package platformprincipal

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "platform-principal"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A call that was made as the platform",
		Text: "The credentials are those that the host put into the environment for itself. They may do " +
			"nothing of the user's.",
		Example: "sts:GetCallerIdentity was made as the platform's role, with credentials that the host set in " +
			"AWS_ACCESS_KEY_ID for itself.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocChain,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

// check: the call was made with what the host put there for itself.
func check(c *facts.Call) (rule.Telling, bool) {
	if !c.IsPlatform(c.Verdict.Principal) {
		return rule.Telling{}, false
	}
	vars := c.Trace.KeyID.Variables
	return rule.Telling{
		Variables: vars,
		What: fmt.Sprintf(
			"%s was made as %s, with credentials that the host set in %s for itself.",
			c.Call,
			c.Verdict.Principal,
			strings.Join(vars, ", "),
		),
		Why: "They are the platform's, not yours, and may do nothing of yours: this call is one that needs no " +
			"permission.",
		Change: "Pass your own credentials: " + c.Library.Advise(library.KeysAlone),
	}, true
}
