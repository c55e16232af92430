// Package clockskew is the rule clock-skew: a clock that is too far off.
package clockskew

import (
	"fmt"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "clock-skew"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "A clock that is too far off",
		Text: "The date in the signature and the time at AWS are further apart than the service takes: the " +
			"clock of the machine that signs is wrong, or the request was sent long after it was signed.",
		Example: "bedrock:Converse was signed by a clock that is 6 minutes behind AWS's.",
	},
	Needs:      facts.Calls,
	Source:     rule.DocSigning,
	Confidence: "V",
	Call:       check,
}

// skewOf is how far off the date of a refused signature is, the zero Skew where that is not
// why it was refused.
func skewOf(r *verdict.Refusal) verdict.Skew {
	if early, ok := verdict.CauseOf[verdict.EarlySignature](r); ok {
		return early.Skew
	}
	old, _ := verdict.CauseOf[verdict.OldSignature](r)
	return old.Skew
}

// check: the signature is dated by a clock that is too far off.
func check(c *facts.Call) (rule.Telling, bool) {
	skew := skewOf(c.Verdict.Refusal)
	date, now := skew.Date, skew.Now
	if date.IsZero() || now.IsZero() {
		return rule.Telling{}, false
	}
	t := rule.Telling{
		What: fmt.Sprintf(
			"%s was signed by a clock that is %s AWS's: dated %s when it was %s, more than %d minutes apart.",
			c.Call,
			facts.Off(date.Sub(now)),
			facts.Clock(date),
			facts.Clock(now),
			skew.Minutes,
		),
		Why: "A signature is valid for some minutes around its date, so that nobody can send it again later; " +
			"secret and signature may well be right.",
		Change: rule.SetClock,
	}
	if now.Sub(date) > time.Hour/2 {
		t.Change += ". If that clock is right, the request was signed long before it was sent: sign when you send"
	}
	corrects, clockKnown := c.Library.CorrectsClock()
	switch later := acceptedLater(c); {
	case later != nil && sameInvocation(c, later):
		t.Hazard = true
		t.Why = fmt.Sprintf(
			"The SDK took the time from the Date header of that answer and tried again: call #%d was accepted. "+
				"Each new client pays this refusal again, and one that does not retry fails.",
			later.Seq,
		)
	case later != nil:
		t.Why = fmt.Sprintf(
			"The SDK took the time from the Date header of that answer, too late for this call, which was not "+
				"tried again; #%d, the next one, was accepted. "+
				"Each new client pays with its first call.",
			later.Seq,
		)
		t.Change += ", and leave retries on (AWS_MAX_ATTEMPTS of 2 or more)"
	case clockKnown && !corrects:
		t.Why += fmt.Sprintf(
			" %s does not set its clock by AWS's answers, as the SDKs for JavaScript and Go do: it stays refused.",
			c.Library.Name,
		)
	case corrects:
		t.Why += fmt.Sprintf(
			" %s sets its clock by AWS's answer and tries again, unless retries are turned off or the answer has "+
				"no Date header that it can read.",
			c.Library.Name,
		)
	}
	return t, true
}

// acceptedLater is the next call of the same operation that was signed by the
// same key and with a right clock, if it was accepted; nil for none.
func acceptedLater(c *facts.Call) *exchange.Exchange {
	for i := range c.Result.Exchanges {
		e := &c.Result.Exchanges[i]
		if e.Seq > c.Seq && e.Call == c.Call && e.Presented.KeyID == c.Presented.KeyID {
			if corrects, _ := c.Library.CorrectsClock(); e.Verdict.Accepted && corrects {
				return e
			}
			return nil
		}
	}
	return nil
}

// sameInvocation reports whether a call is another attempt of the same, as SDKs
// mark them
// (https://github.com/smithy-lang/smithy-typescript/blob/main/packages/middleware-retry/src/retryMiddleware.ts).
func sameInvocation(c *facts.Call, e *exchange.Exchange) bool {
	const id = "Amz-Sdk-Invocation-Id"
	return c.Header.Get(id) != "" && c.Header.Get(id) == e.Header.Get(id)
}
