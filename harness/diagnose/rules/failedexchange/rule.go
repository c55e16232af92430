// Package failedexchange is the rule failed-exchange: STS took the caller and refused what it asked for.
package failedexchange

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "failed-exchange"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "STS took the caller, and gave no credentials",
		Text: "Whoever asked STS for credentials is known and may ask, and the request itself is not one that STS " +
			"answers: a name that is too short, a duration beyond the role's limit. The search for credentials " +
			"ends there, and its last words speak of credentials that are missing.",
		Example: "sts:AssumeRole was accepted as arn:aws:iam::123456789012:user/app, and STS gave no credentials: " +
			"ValidationError.",
	},
	Needs:      facts.Calls,
	Source:     rule.DocSTSErrors,
	Confidence: "V",
	Call:       check,
}

// check: a call that asks for credentials was accepted, and answered with an error
// that no fault made.
func check(c *facts.Call) (rule.Telling, bool) {
	if !gives(c.Call) || !c.Verdict.Accepted || c.Status < 400 || c.Issued != "" || c.Fault != nil {
		return rule.Telling{}, false
	}
	as := " was accepted as " + c.Verdict.Principal + ", and STS gave"
	if c.Verdict.Principal == "" || c.Verdict.Principal == "anonymous" { // STS had not come to the token yet
		as = " got"
	}
	return rule.Telling{
		Variables: c.Trace.KeyID.Variables,
		What:      fmt.Sprintf("%s%s no credentials: %s.", c.Call, as, cmp.Or(c.Code, fmt.Sprint(c.Status))),
		Why: prose.Sentence(c.Message) + " Whatever the program says of missing credentials afterwards follows " +
			"from this: those that it asked with are good.",
		Change:     "Correct the parameter that STS names, where the program is told about the role",
		Source:     c.Source,
		Confidence: c.Confidence,
	}, true
}

// gives reports whether a call asks STS for credentials: two of those that begin with Get
// ask whose they are.
func gives(call string) bool {
	return strings.HasPrefix(call, "sts:Assume") || strings.HasPrefix(call, "sts:Get") &&
		call != "sts:GetCallerIdentity" && call != "sts:GetAccessKeyInfo"
}
