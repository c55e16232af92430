// Package expiringcredentials is the rule expiring-credentials: credentials that are about to end.
package expiringcredentials

import (
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "expiring-credentials"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title:   "Credentials that are about to end",
		Text:    "The call arrived in time, and the next one will not.",
		Example: "s3:ListBuckets was made with temporary credentials that end in 40 seconds.",
	},
	Needs:      facts.Calls | facts.Environment,
	Source:     rule.DocTokens,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

// aboutToEnd is how long before their end credentials are about to end: the
// window in which most SDKs renew them.
const aboutToEnd = 5 * time.Minute

// check: the call came in time, the next one will not.
func check(c *facts.Call) (rule.Telling, bool) {
	end, known := c.Ends[c.Presented.KeyID]
	left := end.Sub(c.Time)
	if !known || left > aboutToEnd {
		return rule.Telling{}, false
	}
	key := c.Trace.KeyID
	t := rule.Telling{
		Variables: key.Variables,
		What: fmt.Sprintf(
			"%s was made with temporary credentials from %s that end in %s, at %s.",
			c.Call,
			key.From(),
			facts.Span(left),
			facts.Clock(end),
		),
		Why:    "Nobody renews a copy: from then on every call is refused.",
		Change: c.Library.Advise(library.Refreshing),
	}
	if key.Endpoint != "" && len(key.Variables) == 0 {
		t.Why = "AWS looks at the clock when a request arrives: one that is queued, retried or uploads for long " +
			"can arrive too late."
		t.Change = "Renew earlier where the SDK lets you, and let requests that are refused with an expired token be " +
			"tried again"
		if c.Library.ID == "aws-sdk-go-v2" {
			t.Change = strings.Replace(t.Change, "lets you", "lets you (aws.CredentialsCacheOptions.ExpiryWindow)", 1)
		}
	}
	return t, true
}
