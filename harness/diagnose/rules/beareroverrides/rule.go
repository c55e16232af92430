// Package beareroverrides is the rule bearer-overrides: a bearer token was used although there are keys or a role.
package beareroverrides

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "bearer-overrides"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A bearer token was used although there are keys or a role",
		Text: "A bearer token in the environment wins over keys, explicit ones too, and over the role; " +
			"nothing in the answer tells.",
		Example: "bedrock:Converse used AWS_BEARER_TOKEN_BEDROCK although the project also sets MY_KEY.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocAPIKeys,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

// check: a bearer token in the environment wins over keys that the
// program was given and over the host's role, and nothing in the answer tells.
func check(c *facts.Call) (rule.Telling, bool) {
	const bearer = "AWS_BEARER_TOKEN_BEDROCK"
	keys := c.OwnKeys()
	if c.Presented.Scheme != "bearer" || !slices.Contains(c.Trace.Bearer.Variables, bearer) {
		return rule.Telling{}, false
	}
	switch {
	case len(keys) > 0:
		return rule.Telling{
			Variables: []string{bearer, keys[0].Name},
			What:      fmt.Sprintf("%s used %s although the project also sets %s.", c.Call, bearer, keys[0].Name),
			Why: "A bearer token in the environment wins over keys, explicit ones too, and nothing in the " +
				"answer tells.",
			Change: c.Library.Advise(library.NoBearer),
		}, true
	case len(c.Roles) > 0:
		return rule.Telling{
			Variables: []string{bearer},
			What: fmt.Sprintf(
				"%s used %s, and so was made as %s, where the host offers a role: %s.",
				c.Call,
				bearer,
				c.Verdict.Principal,
				strings.Join(c.Roles, "; "),
			),
			Why: "A bearer token in the environment wins over the role, whose permissions do not count then, " +
				"and nothing in the answer tells.",
			Change: "Unset " + bearer + " if the role is meant",
		}, true
	}
	return rule.Telling{}, false
}
