package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// This file is about time: clocks that are wrong, credentials that have ended or
// are about to.

// The kinds of findings about what worked and is a matter of time.
const (
	ClockDrift          ledger.Kind = "clock-drift"          // a clock that is wrong, within what this service allows
	ExpiringCredentials ledger.Kind = "expiring-credentials" // about to end
	StaleCredentials    ledger.Kind = "stale-credentials"    // the endpoint says that they have ended
)

const docStability = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html"

const (
	// drifted is how far off a clock is that is worth a word.
	drifted = time.Minute
	// aboutToEnd is how long before their end credentials are about to end: the
	// window in which most SDKs renew them.
	aboutToEnd = 5 * time.Minute
)

// basicFormat is how X-Amz-Date is written.
const basicFormat = "20060102T150405Z"

const setClock = "Set the clock of the machine that signs (NTP: chronyc makestep, w32tm /resync; WSL, laptops and " +
	"virtual machines lose time while they sleep)"

// skewOf is how far off the date of a refused signature is, the zero Skew where that is not
// why it was refused.
func skewOf(r *verdict.Refusal) verdict.Skew {
	if early, ok := verdict.CauseOf[verdict.EarlySignature](r); ok {
		return early.Skew
	}
	old, _ := verdict.CauseOf[verdict.OldSignature](r)
	return old.Skew
}

// clockSkew: the signature is dated by a clock that is too far off.
func clockSkew(c *call) (telling, bool) {
	skew := skewOf(c.Verdict.Refusal)
	date, now := skew.Date, skew.Now
	if date.IsZero() || now.IsZero() {
		return telling{}, false
	}
	t := telling{
		what: fmt.Sprintf(
			"%s was signed by a clock that is %s AWS's: dated %s when it was %s, more than %d minutes apart.",
			c.Call,
			off(date.Sub(now)),
			clock(date),
			clock(now),
			skew.Minutes,
		),
		why: "A signature is valid for some minutes around its date, so that nobody can send it again later; " +
			"secret and signature may well be right.",
		change: setClock,
	}
	if now.Sub(date) > time.Hour/2 {
		t.change += ". If that clock is right, the request was signed long before it was sent: sign when you send"
	}
	corrects, clockKnown := c.library.CorrectsClock()
	switch later := c.acceptedLater(); {
	case later != nil && c.sameInvocation(later):
		t.hazard = true
		t.why = fmt.Sprintf(
			"The SDK took the time from the Date header of that answer and tried again: call #%d was accepted. "+
				"Each new client pays this refusal again, and one that does not retry fails.",
			later.Seq,
		)
	case later != nil:
		t.why = fmt.Sprintf(
			"The SDK took the time from the Date header of that answer, too late for this call, which was not "+
				"tried again; #%d, the next one, was accepted. "+
				"Each new client pays with its first call.",
			later.Seq,
		)
		t.change += ", and leave retries on (AWS_MAX_ATTEMPTS of 2 or more)"
	case clockKnown && !corrects:
		t.why += fmt.Sprintf(
			" %s does not set its clock by AWS's answers, as the SDKs for JavaScript and Go do: it stays refused.",
			c.library.Name,
		)
	case corrects:
		t.why += fmt.Sprintf(
			" %s sets its clock by AWS's answer and tries again, unless retries are turned off or the answer has "+
				"no Date header that it can read.",
			c.library.Name,
		)
	}
	return t, true
}

// acceptedLater is the next call of the same operation that was signed by the
// same key and with a right clock, if it was accepted; nil for none.
func (c *call) acceptedLater() *mockaws.Exchange {
	for i := range c.result.Exchanges {
		e := &c.result.Exchanges[i]
		if e.Seq > c.Seq && e.Call == c.Call && e.Presented.KeyID == c.Presented.KeyID {
			if corrects, _ := c.library.CorrectsClock(); e.Verdict.Accepted && corrects {
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
func (c *call) sameInvocation(e *mockaws.Exchange) bool {
	const id = "Amz-Sdk-Invocation-Id"
	return c.Header.Get(id) != "" && c.Header.Get(id) == e.Header.Get(id)
}

// off says how far a clock is off another.
func off(by time.Duration) string {
	if by < 0 {
		return span(-by) + " behind"
	}
	return span(by) + " ahead of"
}

// span is a length of time as a person says it, to the minute, and below that to
// the second.
func span(d time.Duration) string {
	count := func(n int64, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	seconds := int64(d.Round(time.Second) / time.Second)
	minutes := int64(d.Round(time.Minute) / time.Minute)
	switch {
	case seconds < 90:
		return count(seconds, "second")
	case minutes < 120:
		return count(minutes, "minute")
	case minutes < 48*60 && minutes%60 != 0:
		return count(minutes/60, "hour") + " and " + count(minutes%60, "minute")
	case minutes < 48*60:
		return count(minutes/60, "hour")
	}
	return count(minutes/60/24, "day")
}

// clock is a time in a sentence.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// clockDrift: this service took the call, another one would not have.
func clockDrift(c *call) (telling, bool) {
	date, err := time.Parse(basicFormat, c.Header.Get("X-Amz-Date"))
	if err != nil || c.Presented.Scheme != "sigv4" || date.Sub(c.Time).Abs() < drifted {
		return telling{}, false
	}
	return telling{
		what: fmt.Sprintf(
			"%s was accepted, and signed by a clock that is %s AWS's: dated %s when it was %s.",
			c.Call,
			off(date.Sub(c.Time)),
			clock(date),
			clock(c.Time),
		),
		why: "How much is allowed differs: S3, DynamoDB and STS take 15 minutes either way, Bedrock, Lambda and " +
			"most others 5.",
		change: setClock,
	}, true
}

// expired: the credentials have ended.
func expired(c *call) (telling, bool) {
	if !c.because(verdict.TokenExpired, verdict.BearerExpired) {
		return telling{}, false
	}
	part, what := c.trace.Token, "session token"
	if !c.trace.Bearer.Absent() {
		part, what = c.trace.Bearer, "bearer token"
	}
	t := telling{
		variables: part.Variables,
		change:    c.library.Advise(library.Refreshing),
		what: fmt.Sprintf(
			"%s was sent with temporary credentials that have expired: the %s (%s) came from %s.",
			c.Call,
			what,
			part.Shown,
			part.From(),
		),
		why: "Temporary credentials end, and a copy of them in a variable, a file or a client that keeps them is " +
			"not renewed.",
	}
	if part.Endpoint != "" && len(part.Variables) == 0 && part.File == "" {
		t.why, t.change = c.notRenewed()
	}
	if old, ok := verdict.CauseOf[verdict.OldToken](c.Verdict.Refusal); ok && !old.Expiration.IsZero() {
		at := old.Expiration
		t.why = fmt.Sprintf("They ended at %s, %s before this call. %s", clock(at), span(c.Time.Sub(at)), t.why)
	}
	return t, true
}

// notRenewed says why credentials of an endpoint were not renewed, as far as what
// the endpoint was asked tells, and what to do about it.
func (c *call) notRenewed() (why, change string) {
	var last, failed *metadata.Lookup
	for i := range c.result.Lookups {
		l := &c.result.Lookups[i]
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
			"Give the client the provider, not what the provider returned once: " + c.library.Advise(
				library.Refreshing,
			)
	}
	return "Nobody asked the endpoint for others: the client keeps what it got once.",
		"Give the client the provider, not what the provider returned once: " + c.library.Advise(library.Refreshing)
}

// expiring: the call came in time, the next one will not.
func expiring(c *call) (telling, bool) {
	end, known := c.Ends[c.Presented.KeyID]
	left := end.Sub(c.Time)
	if !known || left > aboutToEnd {
		return telling{}, false
	}
	key := c.trace.KeyID
	t := telling{
		variables: key.Variables,
		what: fmt.Sprintf(
			"%s was made with temporary credentials from %s that end in %s, at %s.",
			c.Call,
			key.From(),
			span(left),
			clock(end),
		),
		why:    "Nobody renews a copy: from then on every call is refused.",
		change: c.library.Advise(library.Refreshing),
	}
	if key.Endpoint != "" && len(key.Variables) == 0 {
		t.why = "AWS looks at the clock when a request arrives: one that is queued, retried or uploads for long " +
			"can arrive too late."
		t.change = "Renew earlier where the SDK lets you (Go v2: aws.CredentialsCacheOptions.ExpiryWindow), and " +
			"let requests that are refused with an expired token be tried again"
	}
	return t, true
}

// stale: the endpoint says that the credentials have ended, and AWS takes them.
func stale(c *call) (telling, bool) {
	i := slices.IndexFunc(c.result.Lookups, func(l metadata.Lookup) bool {
		return l.Fault == fault.KindStale && l.KeyID != "" && l.KeyID == c.Presented.KeyID
	})
	if i < 0 {
		return telling{}, false
	}
	return telling{
		what: fmt.Sprintf(
			"%s was made with credentials that %s handed out as expired, and AWS took them.",
			c.Call,
			"the "+c.trace.KeyID.Endpoint,
		),
		why: fmt.Sprintf(
			"While EC2 cannot renew a role's credentials it hands out those that it has, AWS takes them for "+
				"longer, and clients are to go on (static stability): %s did. "+
				"Other clients, and those of container endpoints, give up.",
			orThe(c.library.Name, "this client"),
		),
		change: "Leave the program as it is; have it say when its credentials are old, and look at the status of " +
			"EC2 in the region",
	}, true
}

func orThe(name, other string) string {
	if strings.TrimSpace(name) == "" {
		return other
	}
	return name
}
