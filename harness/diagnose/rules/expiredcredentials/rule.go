// Package expiredcredentials is the rule expired-credentials: temporary credentials that have ended.
package expiredcredentials

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Kind is the kind of the findings.
const Kind ledger.Kind = "expired-credentials"

// Rule is the rule; see its Doc.
var Rule = rule.Rule{
	Kind: Kind,
	Doc: rule.Doc{
		Title: "Temporary credentials that have ended",
		Text: "The session token, or the bearer token, was past its end when the request arrived: a copy " +
			"that nobody renews, or a client that keeps what an endpoint gave it once.",
		Example: "s3:PutObject was sent with temporary credentials that have expired.",
	},
	Needs:      facts.Calls | facts.Environment | facts.Lookups,
	Uses:       facts.Offers | facts.Attempts,
	Source:     rule.DocTokens,
	Confidence: "V",
	Call:       check,
}

// check: the credentials have ended.
func check(c *facts.Call) (rule.Telling, bool) {
	if !c.Because(verdict.TokenExpired, verdict.BearerExpired) {
		return rule.Telling{}, false
	}
	part, what := c.Trace.Token, "session token"
	if !c.Trace.Bearer.Absent() {
		part, what = c.Trace.Bearer, "bearer token"
	}
	t := rule.Telling{
		Variables: part.Variables,
		Change:    c.Library.Advise(library.Refreshing),
		What: fmt.Sprintf(
			"%s was sent with temporary credentials that have expired: the %s (%s)%s.",
			c.Call,
			what,
			part.Shown,
			came(c, part),
		),
		Why: "Temporary credentials end, and a copy of them in a variable, a file or a client that keeps them is " +
			"not renewed.",
	}
	if part.Endpoint != "" && len(part.Variables) == 0 && part.File == "" {
		t.Why, t.Change = notRenewed(c)
	}
	if why, change := c.Instead(); why != "" {
		t.Why += " " + why
		t.Change, t.Source = change, rule.DocChain
	}
	if strings.HasSuffix(c.Presented.Scheme, "-query") {
		presigned(c, &t)
	}
	if old, ok := verdict.CauseOf[verdict.OldToken](c.Verdict.Refusal); ok && !old.Expiration.IsZero() {
		at := old.Expiration
		t.Why = fmt.Sprintf("They ended at %s, %s before this call%s. %s", facts.Clock(at), facts.Span(c.Time.Sub(at)),
			atLeast(c), t.Why)
	}
	return t, true
}

// presigned: the URL was signed before, and is good for no longer than the credentials
// that signed it, whatever it asks for.
func presigned(c *facts.Call, t *rule.Telling) {
	asked := ""
	if query, err := url.ParseQuery(c.Query); err == nil {
		if seconds, err := strconv.Atoi(query.Get("X-Amz-Expires")); err == nil && seconds > 0 {
			span := facts.Span(time.Duration(seconds) * time.Second)
			asked = fmt.Sprintf(", though it asks for %s (X-Amz-Expires)", span)
		}
	}
	t.Why = "This is a presigned URL: it ends with the temporary credentials that signed it" + asked + "."
	t.Change = "Sign URLs when they are asked for, and for less time than the credentials still have; a URL that " +
		"is to be good for longer, up to 7 days, has to be signed by a user's long-term key"
	t.Source = rule.DocPresigned
}

// came says where a part came from.
func came(c *facts.Call, part ledger.Part) string {
	if c.Captured() {
		return ""
	}
	return " came from " + part.From()
}

// atLeast says that the end is the latest that is possible: a captured request shows
// when its token was issued, and not for how long.
func atLeast(c *facts.Call) string {
	if c.Captured() {
		return " or earlier, since no session lasts longer than 36 hours"
	}
	return ""
}

// notRenewed says why credentials of an endpoint were not renewed, as far as what
// the endpoint was asked tells, and what to do about it.
func notRenewed(c *facts.Call) (why, change string) {
	var last, failed *metadata.Lookup
	for i := range c.Result.Lookups {
		l := &c.Result.Lookups[i]
		if l.Time.After(c.Time) {
			break
		}
		if l.KeyID != "" {
			last, failed = l, nil
		} else if l.Status >= 400 || l.Status == 0 {
			failed = l
		}
	}
	switch {
	case failed != nil:
		return fmt.Sprintf(
				"The program asked for new ones and got none (%s), and went on with the old ones, as SDKs do while "+
					"EC2 cannot renew.",
				failed,
			),
			"Find out why the endpoint gives none; the program recovers by itself when it does"
	case last != nil && last.KeyID != c.Presented.KeyID:
		return fmt.Sprintf(
				"The endpoint handed out others since, %s, which this client does not use: it keeps what it got once.",
				last.KeyID,
			),
			"Give the client the provider, not what the provider returned once: " + c.Library.Advise(
				library.Refreshing,
			)
	}
	return neverAgain(c), "Give the client the provider, not what the provider returned once: " +
		c.Library.Advise(library.Refreshing)
}

// neverAgain says that nobody asked for others, with what the ledger knows of these:
// when they were handed out, and which calls they were good for.
func neverAgain(c *facts.Call) string {
	for i := range c.Rows {
		for _, issue := range c.Rows[i].Issued {
			if issue.KeyID != c.Presented.KeyID {
				continue
			}
			text := fmt.Sprintf("They were handed out at %s, and nobody asked for others", facts.Clock(issue.First))
			if issue.First.IsZero() {
				text = "Nobody asked for others"
			}
			if good := len(issue.Used) - len(issue.Late); good > 0 {
				text += fmt.Sprintf(": call #%d with them was still in time", issue.Used[good-1])
			}
			return text + ". The client keeps a copy."
		}
	}
	return "Nobody asked the endpoint for others: the client keeps what it got once."
}
