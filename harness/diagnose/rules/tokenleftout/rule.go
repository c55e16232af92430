// Package tokenleftout is the rule token-left-out: a temporary key without its session token.
package tokenleftout

import (
	"fmt"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "token-left-out"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A temporary key without its session token",
		Text: "Key ids that begin with ASIA are valid only with the session token that was issued with them. " +
			"A library or a setting that knows only key and secret drops it.",
		Example: "s3:ListBuckets sent the temporary access key id ASIA… without its session token.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocTokens,
	Confidence: "V",
	Call:       check,
}

func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Because(verdict.TokenMissing) {
		return rule.Telling{}, false
	}
	key := c.Trace.KeyID
	t := rule.Telling{
		Variables: key.Variables,
		What: fmt.Sprintf(
			"%s sent the temporary access key id %s%s, without its session token.",
			c.Call,
			key.Shown,
			c.From(key),
		),
		Why: "Key ids that begin with ASIA are temporary: they are valid only with the token that was issued " +
			"with them.",
		Change: c.Library.Advise(library.WithToken),
	}
	if _, ok := c.Env.Lookup("AWS_SESSION_TOKEN"); ok {
		t.Why += " AWS_SESSION_TOKEN is set, but the program did not send it."
	}
	return t, true
}
