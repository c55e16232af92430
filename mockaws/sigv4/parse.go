package sigv4

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Parse reads what a request claims and makes the checks that come before the
// key is looked up. It returns what it could read even with a refusal; the
// result is never nil.
//
// For every service but S3 the order is that of "AWS Auth Error Ordering", rows
// 4 to 13; for S3 it is that which versity/versitygw found by comparing with
// AWS.
func Parse(r *Request, rules Rules, now time.Time) (*Authorization, *verdict.Refusal) {
	p := &reading{request: r, rules: rules, now: now.UTC(), auth: &Authorization{}}
	p.read()
	for _, check := range p.checks() {
		if refusal := check(p); refusal != nil {
			return p.auth, refusal
		}
	}
	return p.auth, nil
}

type check func(*reading) *verdict.Refusal

// The orders of the checks.
var (
	noneChecks = []check{
		(*reading).checkPath, (*reading).checkEscapes, (*reading).checkMechanism,
	}
	headerChecks = []check{
		(*reading).checkPath, (*reading).checkEscapes, (*reading).checkMechanism,
		(*reading).checkScheme, (*reading).checkPieces, (*reading).checkMissing,
		(*reading).checkHost, (*reading).checkDate, (*reading).checkSkew,
		(*reading).checkCredential, (*reading).checkScope,
	}
	queryChecks = []check{
		(*reading).checkPath, (*reading).checkEscapes, (*reading).checkMechanism,
		(*reading).checkScheme, (*reading).checkMissingQuery,
		(*reading).checkHost, (*reading).checkDate, (*reading).checkSkew,
		(*reading).checkCredential, (*reading).checkScope,
	}
	expiringChecks = []check{
		(*reading).checkPath, (*reading).checkEscapes, (*reading).checkMechanism,
		(*reading).checkScheme, (*reading).checkMissingQuery,
		(*reading).checkHost, (*reading).checkDate, (*reading).checkExpires, (*reading).checkLife,
		(*reading).checkCredential, (*reading).checkScope,
	}
	s3HeaderChecks = []check{
		(*reading).checkPath, (*reading).checkEscapes, (*reading).checkMechanism,
		(*reading).checkScheme, (*reading).checkDate, (*reading).checkSkew,
		(*reading).checkCount, (*reading).checkPieces, (*reading).checkS3Credential, (*reading).checkMissing,
		(*reading).checkCredential, (*reading).checkS3Scope, (*reading).checkHost,
	}
	s3QueryChecks = []check{
		(*reading).checkPath, (*reading).checkEscapes, (*reading).checkMechanism,
		(*reading).checkScheme, (*reading).checkMissingQuery,
		(*reading).checkCredential, (*reading).checkDate, (*reading).checkS3Scope,
		(*reading).checkExpires, (*reading).checkHost, (*reading).checkLife,
	}
)

func (p *reading) checks() []check {
	switch {
	case p.auth.Mechanism == Header && p.rules.S3:
		return s3HeaderChecks
	case p.auth.Mechanism == Header:
		return headerChecks
	case p.auth.Mechanism == Query && p.rules.S3:
		return s3QueryChecks
	case p.auth.Mechanism == Query && p.rules.ObeysExpires:
		return expiringChecks
	case p.auth.Mechanism == Query:
		return queryChecks
	default:
		return noneChecks
	}
}

func refuse(cause verdict.Cause, detail string) *verdict.Refusal {
	return verdict.Because(verdict.StageAuthenticate, cause, detail)
}

// variant tells answers apart by where the signature stands and by a problem, "" for none.
func (p *reading) variant(problem string) verdict.Variant {
	return verdict.Variant{Problem: problem, Mechanism: string(p.auth.Mechanism)}
}

func (p *reading) checkPath() *verdict.Refusal {
	if !p.badPath {
		return nil
	}
	const problem = "the path climbs above the root"
	return refuse(verdict.BadRequest{Problem: problem, Climbs: true}, problem)
}

func (p *reading) checkEscapes() *verdict.Refusal {
	if p.badHex == "" {
		return nil
	}
	return refuse(verdict.BadEscape{Sequence: p.badHex},
		fmt.Sprintf("the query string has the wrong escape %q", p.badHex))
}

func (p *reading) checkMechanism() *verdict.Refusal {
	switch {
	case p.auth.Mechanism == None && p.auth.Algorithm != "":
		return p.checkScheme()
	case p.auth.Mechanism == None:
		return refuse(verdict.Unauthenticated{}, "neither an Authorization header nor X-Amz-Algorithm in the query")
	case p.auth.Mechanism == Header && canonical.HasParameter(p.params, "X-Amz-Algorithm"):
		return refuse(verdict.SignedTwice{Header: p.header},
			"the request is signed both in the Authorization header and in the query")
	}
	return nil
}

// checkScheme tells S3's other answers apart by the problem: a header of one word, or
// Signature Version 2.
func (p *reading) checkScheme() *verdict.Refusal {
	a, s3 := p.auth, p.rules.S3
	problem := ""
	switch {
	case s3 && a.Mechanism == Header && !strings.Contains(p.header, " "):
		problem = verdict.ProblemNoSpace
	case a.Algorithm == algorithmHMAC, a.Algorithm == algorithmECDSA && (p.rules.Asymmetric || s3):
		return nil
	case a.Mechanism == Query && !s3:
		return refuse(verdict.Unauthenticated{},
			fmt.Sprintf("X-Amz-Algorithm is %q, not %s", a.Algorithm, algorithmHMAC))
	case s3 && a.Algorithm == algorithmV2:
		problem = verdict.ProblemSigV2
	}
	return refuse(verdict.ForeignScheme{Variant: p.variant(problem), Algorithm: a.Algorithm, Header: p.header},
		"the algorithm is not "+algorithmHMAC)
}

// checkCount wants three components, as S3 does before it looks at them.
func (p *reading) checkCount() *verdict.Refusal {
	if p.fields.pieces == 3 {
		return nil
	}
	return refuse(verdict.MissingParts{Header: p.header},
		fmt.Sprintf("the Authorization header has %d components, not Credential, SignedHeaders and Signature",
			p.fields.pieces))
}

func (p *reading) checkPieces() *verdict.Refusal {
	if p.fields.bad == "" {
		return nil
	}
	return refuse(verdict.BadPiece{Piece: p.fields.bad, Header: p.header},
		"a piece of the Authorization header has no equal sign")
}

// checkS3Credential refuses a Credential with a second equal sign and white space, such as a
// key id that was pasted with its name (zendesk/apt-s3#10).
func (p *reading) checkS3Credential() *verdict.Refusal {
	c := p.fields.credential
	if !strings.Contains(c, "=") || !strings.ContainsAny(c, " \t") {
		return nil
	}
	return refuse(verdict.BadPiece{Piece: "Credential=" + c, Header: p.header},
		"Credential has a second equal sign and white space")
}

func (p *reading) checkMissing() *verdict.Refusal {
	var missing []string
	for i, name := range []string{"Credential", "SignedHeaders", "Signature"} {
		if !p.fields.present[i] {
			missing = append(missing, name)
		}
	}
	if p.auth.DateText == "" {
		missing = append(missing, "Date")
	}
	if len(missing) == 0 {
		return nil
	}
	return refuse(verdict.MissingParts{Missing: missing, Header: p.header},
		"the Authorization header lacks "+strings.Join(missing, ", "))
}

func (p *reading) checkMissingQuery() *verdict.Refusal {
	want := []string{"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}
	if p.rules.S3 {
		want = append(want, "X-Amz-Expires")
	}
	missing := slices.DeleteFunc(want, func(name string) bool { return canonical.HasParameter(p.params, name) })
	if len(missing) == 0 {
		return nil
	}
	return refuse(verdict.MissingQuery{Missing: missing}, "the query lacks "+strings.Join(missing, ", "))
}

func (p *reading) checkHost() *verdict.Refusal {
	if p.auth.Signs("host") || p.auth.Signs(":authority") {
		return nil
	}
	return refuse(verdict.UnsignedHost{}, "SignedHeaders does not have host")
}

func (p *reading) checkDate() *verdict.Refusal {
	if p.dateOK {
		return nil
	}
	return refuse(verdict.BadDate{Variant: p.variant(""), Date: p.auth.DateText},
		fmt.Sprintf("the date %q is not of the form 20060102T150405Z", p.auth.DateText))
}

func (p *reading) checkSkew() *verdict.Refusal {
	window := p.rules.window()
	earliest, latest := p.now.Add(-window).Truncate(time.Second), p.now.Add(window)
	switch date := p.auth.Date; {
	case date.Before(earliest):
		skew, detail := p.skew(earliest, p.now.Sub(date))
		return refuse(verdict.OldSignature{Skew: skew}, detail)
	case date.After(latest):
		skew, detail := p.skew(latest, date.Sub(p.now))
		return refuse(verdict.EarlySignature{Skew: skew}, detail)
	}
	return nil
}

// skew says how far off the date is, and the same for a person.
func (p *reading) skew(bound time.Time, off time.Duration) (skew verdict.Skew, detail string) {
	skew = verdict.Skew{
		Date: p.auth.Date, Bound: bound.Truncate(time.Second), Now: p.now.Truncate(time.Second),
		Minutes: int(p.rules.window() / time.Minute), RequestTime: p.auth.DateText,
	}
	return skew, fmt.Sprintf("the request's date is %s off the server's clock; %d minutes are allowed",
		off.Round(time.Second), skew.Minutes)
}

func (p *reading) checkCredential() *verdict.Refusal {
	if p.credentialOK {
		return nil
	}
	problem, detail := "", "the credential is not of the form KEYID/20060102/region/service/aws4_request"
	if strings.HasPrefix(p.auth.Credential, "/") {
		problem, detail = verdict.ProblemNoKeyID, "the credential has no key id: it begins with /"
	}
	return refuse(verdict.BadCredential{Variant: p.variant(problem), Credential: p.auth.Credential}, detail)
}

// wrong is one thing that is wrong with a credential scope.
type wrong struct {
	what string
	note func(*verdict.ForeignScope)
}

func (p *reading) wrongService() *wrong {
	if got, want := p.auth.Service, p.rules.Service; got != want && (got == "" || got != p.rules.OtherService) {
		return &wrong{fmt.Sprintf("service %q, expected %q", got, want), func(c *verdict.ForeignScope) {
			c.Service = &verdict.Part{Sent: got, Expected: want}
		}}
	}
	return nil
}

func (p *reading) wrongTerminator() *wrong {
	if got := p.auth.Terminator; got != canonical.Terminator {
		return &wrong{fmt.Sprintf("terminator %q, expected %q", got, canonical.Terminator),
			func(c *verdict.ForeignScope) {
				c.Terminator = &verdict.Part{Sent: got, Expected: canonical.Terminator}
			}}
	}
	return nil
}

func (p *reading) wrongScopeDate() *wrong {
	a := p.auth
	if day := a.Date.Format(canonical.DayFormat); a.ScopeDate != day {
		return &wrong{fmt.Sprintf("date %q, the request's is %q", a.ScopeDate, day), func(c *verdict.ForeignScope) {
			c.Date = &verdict.ScopeDate{Sent: a.ScopeDate, Expected: day, From: a.DateText}
		}}
	}
	return nil
}

// wrongS3ScopeDate has a problem of its own, since S3 compares the dates apart from
// the rest.
func (p *reading) wrongS3ScopeDate() *wrong {
	w := p.wrongScopeDate()
	if w == nil {
		return nil
	}
	return &wrong{w.what, func(c *verdict.ForeignScope) {
		w.note(c)
		c.Problem = verdict.ProblemDateMismatch
	}}
}

// wrongDateFormat has a problem of its own, for which S3 has another answer.
func (p *reading) wrongDateFormat() *wrong {
	if _, err := time.Parse(canonical.DayFormat, p.auth.ScopeDate); err != nil {
		return &wrong{fmt.Sprintf("date %q, not of the form 20060102", p.auth.ScopeDate),
			func(c *verdict.ForeignScope) {
				c.Date, c.Problem = &verdict.ScopeDate{Sent: p.auth.ScopeDate}, verdict.ProblemDateFormat
			}}
	}
	return nil
}

func (p *reading) wrongRegion() *wrong {
	a, want := p.auth, p.rules.Region
	switch {
	case a.Asymmetric():
		return p.wrongRegionSet()
	case a.Region == want || want == "" && isRegion(a.Region):
		return nil
	}
	return &wrong{fmt.Sprintf("region %q, expected %q", a.Region, want), func(c *verdict.ForeignScope) {
		c.Region = &verdict.Part{Sent: a.Region, Expected: want}
		if a.Region == "" {
			c.Problem = verdict.ProblemNoRegion
		}
	}}
}

// wrongRegionSet looks at what Signature Version 4A has in the region's place.
func (p *reading) wrongRegionSet() *wrong {
	set, want := p.auth.RegionSet, p.rules.Region
	if inRegionSet(set, want) {
		return nil
	}
	what := fmt.Sprintf("X-Amz-Region-Set %q, which has not %q", set, want)
	if set == "" {
		what = "X-Amz-Region-Set is missing or empty"
	}
	return &wrong{what, func(c *verdict.ForeignScope) {
		c.Region, c.Problem = &verdict.Part{Sent: set, Expected: want}, verdict.ProblemRegionSet
	}}
}

// checkScope finds everything that is wrong with the scope, in the order of
// AWS's sentences.
func (p *reading) checkScope() *verdict.Refusal {
	return p.refuseScope(p.wrongRegion(), p.wrongService(), p.wrongTerminator(), p.wrongScopeDate())
}

// checkS3Scope finds the first thing that is wrong. The date is compared with
// the request's only later when the signature comes in a header.
func (p *reading) checkS3Scope() *verdict.Refusal {
	finds := []func() *wrong{p.wrongService, p.wrongTerminator, p.wrongDateFormat, p.wrongRegion}
	if p.auth.Mechanism == Query {
		finds = append(finds, p.wrongS3ScopeDate)
	}
	for _, find := range finds {
		if w := find(); w != nil {
			return p.refuseScope(w)
		}
	}
	return nil
}

func (p *reading) refuseScope(list ...*wrong) *verdict.Refusal {
	if !slices.ContainsFunc(list, func(w *wrong) bool { return w != nil }) {
		return nil
	}
	return p.refuseWrong(list)
}

// refuseWrong says what is wrong with the scope; it is apart from refuseScope, so that
// a right scope costs no memory.
func (p *reading) refuseWrong(list []*wrong) *verdict.Refusal {
	cause, what := verdict.ForeignScope{Variant: p.variant("")}, make([]string, 0, len(list))
	for _, w := range list {
		if w != nil {
			what = append(what, w.what)
			w.note(&cause)
		}
	}
	return refuse(cause, "the credential scope is wrong: "+strings.Join(what, "; "))
}

// isRegion says whether a name can be a region: "us-east-1", "aws-global".
func isRegion(name string) bool {
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return name != ""
}

// maxPresign is the longest life of a presigned URL of S3: a week.
const maxPresign = 604800

func (p *reading) checkExpires() *verdict.Refusal {
	seconds, ok := readSeconds(p.expires)
	var problem string
	switch {
	case !ok && isNumber(p.expires), seconds > maxPresign:
		problem = verdict.ProblemTooLong
	case !ok:
		problem = verdict.ProblemNotANumber
	case seconds < 0:
		problem = verdict.ProblemNegative
	default:
		return nil
	}
	return refuse(verdict.BadExpires{Variant: verdict.Variant{Problem: problem}, Value: p.expires},
		fmt.Sprintf("X-Amz-Expires is %q, not from 0 to %d seconds", p.expires, maxPresign))
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// checkLife is S3's skew check of presigned URLs: they live from their date,
// less the skew window, until X-Amz-Expires.
func (p *reading) checkLife() *verdict.Refusal {
	a := p.auth
	end := a.Date.Add(a.Expires)
	now := p.now.Truncate(time.Second)
	switch {
	case a.Date.After(p.now.Add(p.rules.window())):
		return refuse(verdict.EarlyPresign{Date: a.DateText, Now: now},
			"the URL is dated in the future, at "+a.Date.Format(time.RFC3339))
	case !p.now.Before(end):
		return refuse(verdict.OldPresign{Expires: p.expires, Expiration: end, Now: now},
			"the URL ended at "+end.Format(time.RFC3339))
	}
	return nil
}
