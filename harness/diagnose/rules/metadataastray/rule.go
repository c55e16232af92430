// Package metadataastray is the rule metadata-astray: a request for instance metadata that reached AWS.
package metadataastray

import (
	"fmt"
	"regexp"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "metadata-astray"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A request for instance metadata that was sent to AWS",
		Text: "The library asked for credentials as it would ask instance metadata, and sent that to the name of a " +
			"service, as libraries do that take the client's endpoint for the one of metadata. Whatever the service " +
			"answers says nothing of credentials.",
		Example: "The program asked s3.amazonaws.com for instance metadata (PUT /latest/api/token).",
	},
	Needs:      facts.Calls | facts.Ending,
	Uses:       facts.Offers | facts.Lookups | facts.Attempts | facts.Output | facts.Environment,
	Source:     rule.DocIMDS,
	Confidence: "V",
	Call:       check,
}

// metadataPath is what is asked of instance metadata alone: a session token, or the tree
// with the role's credentials.
var metadataPath = regexp.MustCompile(`^/latest/(api/token/?$|meta-data(/|$))`)

// check: the request is one for instance metadata, by its path, and without a signature
// as those are.
func check(c *facts.Call) (rule.Telling, bool) {
	if c.Presented.Scheme != "none" || !metadataPath.MatchString(c.Path) {
		return rule.Telling{}, false
	}
	t := rule.Telling{
		What: fmt.Sprintf("The program asked %s for instance metadata (%s %s).", c.Host, c.Method, c.Path),
		Why: fmt.Sprintf("That is how credentials are looked for, and it went to the name of an AWS service: the "+
			"library takes %s for the address of instance metadata. The request carries no credentials.", c.Host),
		Change: "Let the library ask for instance metadata at its own address, 169.254.169.254: give its provider of " +
			"credentials no endpoint of a service, or use another version of the library",
		Hazard: c.Verdict.Accepted && !c.Result.Failed(),
	}
	for _, m := range c.Misses() {
		if m.Unasked && !m.Row.Offer.User {
			t.Why += " " + m.Why
			break
		}
	}
	return t, true
}
