// Package badbearer is the rule bad-bearer: a bearer token that is no valid Bedrock API key.
package badbearer

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "bad-bearer"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A bearer token that is no valid Bedrock API key",
		Text: "The request carries a bearer token that Bedrock does not know, of another region, or of " +
			"another kind.",
		Example: "bedrock:Converse was sent with a bearer token from AWS_BEARER_TOKEN_BEDROCK that is not a " +
			"valid Bedrock API key.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocAPIKeys,
	Confidence: "V",
	Call:       check,
}

func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Because(verdict.BearerInvalid, verdict.BearerMalformed) {
		return rule.Telling{}, false
	}
	b := c.Trace.Bearer
	if name := emptyBearer(c); name != "" {
		return rule.Telling{
			Variables: []string{name},
			What:      fmt.Sprintf("%s was sent with an empty bearer token.", c.Call),
			Why: fmt.Sprintf("%s (set by the %s) is there and empty, and the SDK takes that for a key: it asks for "+
				"no other credentials then.", name, c.Env.SetBy(name)),
			Change: fmt.Sprintf("Take %s out of the environment; an empty value does not do that", name),
		}, true
	}
	return rule.Telling{
		Variables: b.Variables,
		What: fmt.Sprintf(
			"%s was sent with a bearer token (%s)%s, that is not a valid Bedrock API key.",
			c.Call,
			b.Shown,
			c.From(b),
		),
		Why:    prose.Sentence(c.Verdict.Refusal.Detail),
		Change: "Use a key of this account and region, or " + c.Library.Advise(library.NoBearer),
	}, true
}

// emptyBearer is the variable with the API key that is there and empty, where the call
// had no key either.
func emptyBearer(c *facts.Call) string {
	const name = "AWS_BEARER_TOKEN_BEDROCK"
	if value, set := c.Env.Lookup(name); set && strings.TrimSpace(value) == "" && c.Trace.Bearer.Shown == "" {
		return name
	}
	return ""
}
