// Package notrefreshed is the rule not-refreshed: temporary credentials out of a copy.
package notrefreshed

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
const Kind ledger.Kind = "not-refreshed"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title:   "Temporary credentials out of a copy",
		Text:    "The credentials of a session stand in a setting or a file that nobody renews, and will end.",
		Example: "s3:ListBuckets used temporary credentials from a copy in MY_KEY.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocTokens,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

// loginCache holds what aws login got; the SDKs that read it renew it there
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html).
const loginCache = "/.aws/login/cache/"

// check: temporary credentials out of a setting or a file that nobody
// renews.
func check(c *facts.Call) (rule.Telling, bool) {
	key := c.Trace.KeyID
	copied := len(key.Variables) > 0 && key.SetBy == ledger.ByUser ||
		len(key.Variables) == 0 && key.Endpoint == "" && key.File != ""
	if !copied || !strings.HasPrefix(c.Presented.KeyID, "ASIA") || strings.Contains(key.File, loginCache) {
		return rule.Telling{}, false
	}
	return rule.Telling{
		Variables: append(slices.Clone(key.Variables), c.Trace.Token.Variables...),
		What:      fmt.Sprintf("%s used temporary credentials from a copy in %s.", c.Call, key.From()),
		Why: "Nobody renews a copy: when the session ends (" + sessionEnd(c) + "), every call fails with " +
			"ExpiredToken until the next deployment.",
		Change: c.Library.Advise(library.Refreshing),
	}, true
}

// sessionEnd says when the call's temporary credentials end.
func sessionEnd(c *facts.Call) string {
	end, known := c.Ends[c.Presented.KeyID]
	if !known {
		return "after an hour, as a rule"
	}
	return fmt.Sprintf("at %s, in %s", facts.Clock(end), facts.Span(end.Sub(c.Time)))
}
