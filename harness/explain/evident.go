package explain

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// evident are the refusals that follow from what a request shows by itself, as a judge
// would give them. What they mean say the rules that a run asks.
var evident = []func(*subject) *verdict.Refusal{
	noKeyID, foreignToken, noToken, oldToken, badBearer, noSignature, skewed, foreignScope, otherSignature,
}

// ruled are the findings of the diagnosis about a request.
func (s *subject) ruled() (out []ledger.Finding) {
	for _, refusal := range evident {
		r := refusal(s)
		if r == nil {
			continue
		}
		f, ok := diagnose.Request(s.exchange(r), s.library)
		f.What, f.Why, f.Change, f.Seq = s.hide(f.What), s.hide(f.Why), s.hide(f.Change), 0
		if ok && !says(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// exchange states the request as a judge records one, with a refusal as its verdict.
func (s *subject) exchange(r *verdict.Refusal) *exchange.Exchange {
	path, query := s.message.target()
	e := &exchange.Exchange{
		Method: s.method, Host: s.host(), Path: path, Query: query, Header: s.header, Time: s.sent(),
		Service: s.report.Service, Call: s.report.Call, Region: s.report.Region,
		Presented: s.report.Presented, Verdict: verdict.Verdict{Refusal: r}, Explanation: s.report.Explanation,
	}
	if e.Call == "unknown" {
		e.Call = "The request to " + e.Host
	}
	if e.Explanation == nil {
		e.Explanation = s.ownCanonical()
	}
	return e
}

// refused is a refusal with its cause.
func refused(cause verdict.Cause, detail string) *verdict.Refusal {
	return &verdict.Refusal{Reason: cause.Reason(), Cause: cause, Detail: detail}
}

// noKeyID: what stands in the place of the key id is none.
func noKeyID(s *subject) *verdict.Refusal {
	if s.report.Presented.NotKeyID == nil {
		return nil
	}
	return refused(verdict.BadCredential{}, "")
}

// foreignToken: a token that cannot be the key's own.
func foreignToken(s *subject) *verdict.Refusal {
	key, token := s.report.Account, s.report.TokenAccount
	others := key != "" && token != "" && key != token
	accounts := fmt.Sprintf("the key is of account %s, the token of account %s", key, token)
	switch {
	case s.token == "":
		return nil
	case s.report.KeyKind == "long-term" && others:
		return refused(verdict.ForeignToken{}, "cannot be its own: long-term keys (AKIA) have none; "+accounts)
	case s.report.KeyKind == "long-term":
		return refused(verdict.ForeignToken{}, "cannot be its own: long-term keys (AKIA) have none, and hosts set "+
			"AWS_SESSION_TOKEN for their own use")
	case s.report.KeyKind == "temporary" && others:
		return refused(verdict.ForeignToken{}, "is not its own: "+accounts)
	}
	return nil
}

// noToken: a temporary key without its token.
func noToken(s *subject) *verdict.Refusal {
	if s.report.KeyKind != "temporary" || s.token != "" {
		return nil
	}
	return refused(verdict.NoToken{KeyID: s.auth.KeyID}, "")
}

// maxSession is the longest that a token can be valid
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html).
const maxSession = 36 * time.Hour

// oldToken: a token that was issued longer ago than any session lasts.
func oldToken(s *subject) *verdict.Refusal {
	_, _, created, err := iam.DecodeToken(s.token)
	if err != nil || created.IsZero() || s.sent().Sub(created) < maxSession {
		return nil
	}
	return refused(verdict.OldToken{Expiration: created.Add(maxSession)}, "")
}

// badBearer: a bearer token that is no Bedrock API key, or one that ended.
func badBearer(s *subject) *verdict.Refusal {
	switch b := s.bearer; {
	case b == "" || strings.HasPrefix(b, "$"):
		return nil
	case strings.HasPrefix(b, iam.ShortTermPrefix):
		return shortTermBearer(s)
	case strings.HasPrefix(b, "ABSK"):
		return nil
	}
	return refused(verdict.BadBearer{}, "long-term keys begin with ABSK, short-term keys with bedrock-api-key-; other "+
		"AWS services take no bearer token")
}

// shortTermBearer reads the presigned URL inside of a short-term key.
func shortTermBearer(s *subject) *verdict.Refusal {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.bearer, iam.ShortTermPrefix))
	_, query, _ := strings.Cut(string(raw), "?")
	q, err2 := url.ParseQuery(query)
	if err != nil || err2 != nil || q.Get("X-Amz-Credential") == "" {
		return refused(verdict.UnknownBearer{}, "the short-term key is damaged: it does not decode to a presigned URL")
	}
	scope := strings.Split(q.Get("X-Amz-Credential"), "/")
	date, ok := amzDate(q.Get("X-Amz-Date"))
	if region := s.target.Region; len(scope) == 5 && region != "" && scope[2] != region {
		return refused(verdict.UnknownBearer{}, fmt.Sprintf("the short-term key is of region %s, and the request goes "+
			"to %s; short-term keys are valid in their own region only", scope[2], region))
	}
	if ok && s.latest().Sub(date) > 12*time.Hour {
		return refused(verdict.OldBearer{Expiration: date.Add(12 * time.Hour)}, "")
	}
	return nil
}

// noSignature: a call that wants one came without.
func noSignature(s *subject) *verdict.Refusal {
	op := s.target.Operation
	if s.report.Presented.Scheme != "none" || op != nil && (op.Unsigned || op.Anonymous) {
		return nil
	}
	return refused(verdict.Unauthenticated{}, "")
}

// skewed: a date that is further from the server's time than the service takes.
func skewed(s *subject) *verdict.Refusal {
	date, ok := amzDate(s.header.Get("X-Amz-Date"))
	if !ok || s.now.IsZero() || s.auth.Mechanism == sigv4.Query {
		return nil
	}
	window := s.rules().SkewWindow
	if window == 0 {
		window = 5 * time.Minute
	}
	off := date.Sub(s.now)
	if off.Abs() <= window {
		return nil
	}
	skew := verdict.Skew{Date: date, Now: s.now.UTC(), Minutes: int(window.Minutes())}
	if off > 0 {
		return refused(verdict.EarlySignature{Skew: skew}, "")
	}
	return refused(verdict.OldSignature{Skew: skew}, "")
}

// foreignScope: signed for another region or service than that of the endpoint.
func foreignScope(s *subject) *verdict.Refusal {
	var scope verdict.ForeignScope
	r, region := s.auth.Region, s.target.Region
	// S3's hostname without a region stands for the bucket's, wherever that is.
	anywhere := s.rules().S3 && !strings.Contains(s.host(), region)
	if r != "" && region != "" && r != region && service.IsRegion(r) && !anywhere {
		scope.Region = &verdict.Part{Sent: r, Expected: region}
	}
	if svc := s.target.Service; svc != nil && awsHost.MatchString(s.host()) && s.auth.Service != "" &&
		s.auth.Service != svc.SigningName {
		scope.Service = &verdict.Part{Sent: s.auth.Service, Expected: svc.SigningName}
	}
	if scope.Region == nil && scope.Service == nil {
		return nil
	}
	return refused(scope, "")
}

// otherSignature: not the signature that the given secret makes, or another canonical
// request in the client's own log than AWS computes.
func otherSignature(s *subject) *verdict.Refusal {
	if s.report.Explanation == nil && s.ownCanonical() == nil {
		return nil
	}
	return refused(verdict.OtherSignature{}, "")
}

// ownCanonical compares the canonical request in the client's log with AWS's; nil
// where they are the same or one is not there.
func (s *subject) ownCanonical() *exchange.Explanation {
	if s.canonical == "" || s.auth.Algorithm == "" || !s.hasBody && !s.rules().S3 && s.bodyHash() == "" {
		return nil
	}
	ours := strings.Split(s.auth.CanonicalRequest(s.request, s.rules()), "\n")
	theirs := strings.Split(s.canonical, "\n")
	for i := range min(len(ours), len(theirs)) {
		last := i == len(ours)-1 // the hash of a body that the capture may not have
		if ours[i] == theirs[i] || last && !s.hasBody {
			continue
		}
		return &exchange.Explanation{Line: i + 1, Name: "of the canonical request",
			Ours: s.hide(mistakes.Redact(ours[i])), Theirs: s.hide(mistakes.Redact(theirs[i])),
			Mistake: "The client's own log shows another canonical request than AWS computes, so something " +
				"changed the request between signing and sending, or the signer is at fault"}
	}
	return nil
}
