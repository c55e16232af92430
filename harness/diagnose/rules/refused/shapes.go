package refused

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// shapes say what a refusal by the form of a signature comes from, where that is known.
var shapes = map[verdict.Reason]func(*facts.Call, *rule.Telling){
	verdict.MalformedCredential: noKeyID,
	verdict.HeadersNotSigned:    unsignedHeaders,
	verdict.PresignExpired:      presignEnded,
	verdict.OperationFailed:     ownError,
	verdict.PayloadHashMissing: func(_ *facts.Call, t *rule.Telling) {
		t.Why = "S3 wants the hash of the body in this header, and the header signed; most other services do not, so " +
			"that a signer made for those leaves it out. Key and secret may well be right."
		t.Change = "Sign with a signer that knows S3: x-amz-content-sha256 is the SHA-256 of the body, or " +
			"UNSIGNED-PAYLOAD"
		t.Source = rule.DocSigV4
	},
	verdict.BothMechanisms: func(_ *facts.Call, t *rule.Telling) {
		t.Why = "The request is signed twice: in its URL and in its Authorization header. AWS takes one of them."
		t.Change = "Send a presigned URL without an Authorization header: leave out the one that the client adds by " +
			"itself (default headers, a session, an interceptor)"
		t.Source = rule.DocSigV4
	},
}

// noKeyID: where the key id belongs there is nothing, and the rest of the credential is in
// order.
func noKeyID(c *facts.Call, t *rule.Telling) {
	p := &c.Presented
	if p.KeyID != "" || p.NotKeyID != nil || p.ScopeRegion == "" {
		return
	}
	t.What = c.Call + " was signed with an access key id that is empty."
	t.Why = "The program took a value that is not there for a key: a variable that is empty or missing, or an option " +
		"whose default is an empty text. An SDK looks no further once it was given a key."
	t.Change = "Give the client no key where there is none (no option, in place of an empty one), or set the key"
	t.Source = rule.DocChain
	for _, m := range c.Misses() {
		if m.Row.Offer.Role != "" && !m.Row.Offer.User && !(m.Row.Offer.Machine && c.HasOwnRole()) {
			t.Why += fmt.Sprintf(" This host gives the program role %s (%s).", m.Row.Offer.Role, m.Row.Offer.Name)
			t.Change = fmt.Sprintf("Give the client no key where there is none (no option, in place of an empty one), "+
				"so that the SDK goes on to %s. Only if a key was meant: set it", m.Row.Offer.Name)
			return
		}
	}
}

// unsignedHeaders: the request has headers that its signature leaves out.
func unsignedHeaders(c *facts.Call, t *rule.Telling) {
	cause, ok := verdict.CauseOf[verdict.UnsignedHeaders](c.Verdict.Refusal)
	if !ok || len(cause.Headers) == 0 {
		return
	}
	const token = "x-amz-security-token"
	t.Source = rule.DocSigV4
	if !slices.Contains(cause.Headers, token) {
		t.Why = "The service wants each x-amz- header signed: these were added to the request after it was signed, " +
			"by the program or by what it passes through."
		t.Change = fmt.Sprintf("Add %s before the request is signed, or not at all", strings.Join(cause.Headers, ", "))
		return
	}
	t.What = c.Call + " sent its session token" + c.From(c.Trace.Token) + " in a header that the signature leaves out."
	t.Why = "The token was added to the request after it was signed, and the service wants each x-amz- header signed."
	t.Change = "Hand the session token to the signer together with key and secret; do not add X-Amz-Security-Token " +
		"afterwards"
	t.Variables = c.Trace.Token.Variables
}

// presignEnded: a presigned URL was used after its own end.
func presignEnded(c *facts.Call, t *rule.Telling) {
	cause, ok := verdict.CauseOf[verdict.OldPresign](c.Verdict.Refusal)
	if !ok || cause.Expiration.IsZero() {
		return
	}
	t.What = c.Call + " was sent by a presigned URL that has ended."
	t.Why = fmt.Sprintf("It ended at %s, %s before this call. Key, secret and signature may well be right.",
		facts.Clock(cause.Expiration), facts.Span(cause.Now.Sub(cause.Expiration)))
	if cause.Expires != "" {
		t.Why += fmt.Sprintf(" It was made for %s seconds (X-Amz-Expires).", cause.Expires)
	}
	t.Change = "Make the URL when it is asked for, or for longer: at most 604800 seconds with a user's key, and no " +
		"longer than the session with temporary credentials"
	t.Source = rule.DocPresigned
}

// ownError: an operation's own error, in AWS's words.
func ownError(c *facts.Call, t *rule.Telling) {
	if c.Message == "" {
		return
	}
	t.What = fmt.Sprintf("%s was answered with %s: %q.", c.Call, cmp.Or(c.Code, fmt.Sprint(c.Status)), c.Message)
	if c.Call == "sts:GetSessionToken" || c.Call == "sts:GetFederationToken" {
		sessionOfSession(c, t)
	}
}

// sessionOfSession: STS gives these sessions for a user's long-term key alone.
func sessionOfSession(c *facts.Call, t *rule.Telling) {
	if c.Trace.Token.Shown == "" || c.Status != 403 {
		return
	}
	t.Why = fmt.Sprintf("The call came with temporary credentials%s, which are a session already. STS answers this "+
		"call for a user's long-term key alone: no permission of a role changes that.", c.From(c.Trace.Token))
	t.Change = "Leave the call out and use the credentials that the program has; for those of another role call " +
		"AssumeRole"
	t.Source = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html"
	t.Variables = c.Trace.Token.Variables
}
