// Package swappedcredentials is the rule swapped-credentials: something else stands where the access key id belongs.
package swappedcredentials

import (
	"fmt"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "swapped-credentials"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "Something else stands where the access key id belongs",
		Text: "The request names, in the place of the access key id, a text that no key id can be: most " +
			"often the secret, because two settings were exchanged, or a key id with a space, a newline or quotation " +
			"marks around it.",
		Example: "s3:ListBuckets was signed under an access key id that is none: 40 characters, from MY_KEY.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocKeyIDs,
	Confidence: "V",
	Call:       check,
}

// check: what stands in the place of the key id is none.
func check(c *facts.Call) (rule.Telling, bool) {
	if c.Presented.NotKeyID == nil {
		return rule.Telling{}, false
	}
	part := c.Trace.KeyID
	t := rule.Telling{
		Variables: part.Variables,
		What: fmt.Sprintf(
			"%s was signed under an access key id that is none: %s%s.",
			c.Call,
			part.Shown,
			c.From(part),
		),
		Why: "An access key id is 16 to 128 capital letters and digits and begins with AKIA or ASIA; a secret has " +
			"40 characters, a session token hundreds.",
	}
	if around, variable := c.Wrapped(); around != "" {
		t.What = fmt.Sprintf("%s was signed under an access key id with something around it: %s%s.", c.Call, part.Shown,
			c.From(part))
		t.Why = fmt.Sprintf("%s has a key id with %s. AWS compares key ids character by character.", variable, around)
		t.Change = fmt.Sprintf("Set %s again without it; when you pipe a value into a setting, use printf, not echo, "+
			"and no quotation marks where nothing takes them off", variable)
		return t, true
	}
	t.Change = "Check that key id and secret are not in each other's place"
	if len(part.Variables) > 0 {
		t.Change += ": " + part.Variables[0] + " was used as the key id"
	}
	return t, true
}
