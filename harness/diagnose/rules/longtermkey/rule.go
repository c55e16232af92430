// Package longtermkey is the rule long-term-key: a long-term key where the host offers a role.
package longtermkey

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "long-term-key"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A long-term key where the host offers a role",
		Text: "A long-term key has no end and has to be kept and changed by hand; the credentials of a role " +
			"are renewed by themselves.",
		Example: "s3:ListBuckets used the long-term key AKIA…, from MY_KEY, where the host offers a role.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocPractices,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

func check(c *facts.Call) (rule.Telling, bool) {
	key := c.Trace.KeyID
	if len(c.Roles) == 0 || !facts.LongTerm.MatchString(c.Presented.KeyID) {
		return rule.Telling{}, false
	}
	return rule.Telling{
		Variables: key.Variables,
		What: fmt.Sprintf(
			"%s used the long-term key %s, from %s, where the host offers a role: %s.",
			c.Call,
			key.Shown,
			key.From(),
			strings.Join(c.Roles, "; "),
		),
		Why: "A long-term key has no end and has to be kept and changed by hand; a role's credentials are " +
			"renewed by themselves.",
		Change: c.Library.Advise(library.Refreshing),
	}, true
}
