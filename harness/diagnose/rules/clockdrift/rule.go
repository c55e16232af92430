// Package clockdrift is the rule clock-drift: a clock that is wrong, within what this service takes.
package clockdrift

import (
	"fmt"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "clock-drift"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title:   "A clock that is wrong, within what this service takes",
		Text:    "This service accepted the call, and another one would not have.",
		Example: "s3:ListBuckets was accepted, and signed by a clock that is 6 minutes behind AWS's.",
	},
	Needs:      facts.Calls,
	Source:     rule.DocSigning,
	Confidence: "V",
	Hazard:     true,
	Call:       check,
}

// drifted is how far off a clock is that is worth a word.
const drifted = time.Minute

// check: this service took the call, another one would not have.
func check(c *facts.Call) (rule.Telling, bool) {
	date, err := time.Parse(facts.BasicFormat, c.Header.Get("X-Amz-Date"))
	if err != nil || c.Presented.Scheme != "sigv4" || date.Sub(c.Time).Abs() < drifted {
		return rule.Telling{}, false
	}
	return rule.Telling{
		What: fmt.Sprintf(
			"%s was accepted, and signed by a clock that is %s AWS's: dated %s when it was %s.",
			c.Call,
			facts.Off(date.Sub(c.Time)),
			facts.Clock(date),
			facts.Clock(c.Time),
		),
		Why: "How much is allowed differs: S3, DynamoDB and STS take 15 minutes either way, Bedrock, Lambda and " +
			"most others 5.",
		Change: rule.SetClock,
	}, true
}
