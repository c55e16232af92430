package sigv4_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The order of the checks: in each table a request starts with everything wrong
// at once, and mends one thing at a time, in the order of "AWS Auth Error
// Ordering" or of S3.

const (
	now      = "20250130T204631Z"
	scope    = "20250130/us-east-1/bedrock/aws4_request"
	goodSign = "0000000000000000000000000000000000000000000000000000000000000000"
)

type step struct {
	name string
	mend func(*sigv4.Request)
	want verdict.Reason
	// cause is what the refusal carries; nil is not looked at.
	cause verdict.Cause
}

func header(name string, values ...string) func(*sigv4.Request) {
	return func(r *sigv4.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
}

func authorize(value string) func(*sigv4.Request) { return header("Authorization", value) }

func query(pairs ...string) func(*sigv4.Request) {
	return func(r *sigv4.Request) { r.RawQuery = strings.Join(pairs, "&") }
}

var inHeader, inQuery = verdict.Variant{Mechanism: "header"}, verdict.Variant{Mechanism: "query"}

// at is a time of a table, such as 20250130T204631Z.
func at(text string) time.Time {
	t, err := time.Parse("20060102T150405Z", text)
	if err != nil {
		panic(err)
	}
	return t
}

// expires is the cause of a refused X-Amz-Expires.
func expires(problem, value string) verdict.BadExpires {
	return verdict.BadExpires{Variant: verdict.Variant{Problem: problem}, Value: value}
}

func path(p string) func(*sigv4.Request) { return func(r *sigv4.Request) { r.Path = p } }

func run(t *testing.T, rules sigv4.Rules, steps []step) {
	t.Helper()
	r := &sigv4.Request{Method: "POST", Host: "h", Path: "/", Header: http.Header{}}
	for _, s := range steps {
		s.mend(r)
		a, refusal := sigv4.Parse(r, rules, signingTime)
		if a == nil {
			t.Fatalf("%s: no authorization", s.name)
		}
		if s.want == "" {
			if refusal != nil {
				t.Errorf("%s: %v", s.name, refusal)
			}
			continue
		}
		if refusal == nil || refusal.Reason != s.want || refusal.Stage != verdict.StageAuthenticate {
			t.Errorf("%s: %v, want %s", s.name, refusal, s.want)
			continue
		}
		if s.cause != nil && !reflect.DeepEqual(refusal.Cause, s.cause) {
			t.Errorf("%s: %#v, want %#v", s.name, refusal.Cause, s.cause)
		}
		if refusal.Detail == "" {
			t.Errorf("%s: no detail", s.name)
		}
	}
}

func TestHeaderChecks(t *testing.T) {
	full := func(credential, signed string) func(*sigv4.Request) {
		return authorize("AWS4-HMAC-SHA256 Credential=" + credential + ", SignedHeaders=" + signed + ", Signature=" +
			goodSign)
	}
	run(t, sigv4.Rules{Service: "bedrock", Region: "us-east-1", SkewWindow: 5 * time.Minute}, []step{
		{"climbing path", func(r *sigv4.Request) {
			path("/../x")(r)
			query("X-Amz-Algorithm=x", "a=%zz")(r)
			authorize("AWS3 foo")(r)
		}, verdict.MalformedRequest, verdict.BadRequest{
			Problem: "the path climbs above the root", Climbs: true}},
		{"wrong escape", path("/x/../y"), verdict.MalformedQuery, verdict.BadEscape{Sequence: "%zz"}},
		{"cut escape", query("X-Amz-Algorithm=x", "a=%a"), verdict.MalformedQuery,
			verdict.BadEscape{Sequence: "%a"}},
		{"both mechanisms", query("X-Amz-Algorithm=x"), verdict.BothMechanisms, nil},
		{"none", func(r *sigv4.Request) { query()(r); delete(r.Header, "Authorization") },
			verdict.MissingAuthentication, nil},
		{"empty header", authorize(""), verdict.MissingAuthentication, nil},
		{"other scheme", authorize("AWS3 foo"), verdict.UnsupportedScheme,
			verdict.ForeignScheme{Variant: inHeader, Algorithm: "AWS3", Header: "AWS3 foo"}},
		{"SigV4a where it is not taken", authorize("AWS4-ECDSA-P256-SHA256 foo"), verdict.UnsupportedScheme,
			verdict.ForeignScheme{Variant: inHeader, Algorithm: "AWS4-ECDSA-P256-SHA256",
				Header: "AWS4-ECDSA-P256-SHA256 foo"}},
		{"no equal sign", authorize("AWS4-HMAC-SHA256 Credential=x, foo"), verdict.MalformedAuthorization,
			verdict.BadPiece{Piece: "foo", Header: "AWS4-HMAC-SHA256 Credential=x, foo"}},
		{"nothing there", authorize("AWS4-HMAC-SHA256"), verdict.MissingParameters,
			verdict.MissingParts{Missing: []string{"Credential", "SignedHeaders", "Signature", "Date"},
				Header: "AWS4-HMAC-SHA256"}},
		{"no signature", authorize("AWS4-HMAC-SHA256 Credential=x,SignedHeaders=y"), verdict.MissingParameters,
			verdict.MissingParts{Missing: []string{"Signature", "Date"},
				Header: "AWS4-HMAC-SHA256 Credential=x,SignedHeaders=y"}},
		{"no date", full("x", "y"), verdict.MissingParameters, verdict.MissingParts{Missing: []string{"Date"},
			Header: "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=y, Signature=" + goodSign}},
		{"host not signed", header("X-Amz-Date", "yesterday"), verdict.HostNotSigned, nil},
		{"Host in capitals", full("x", "Host"), verdict.HostNotSigned, nil},
		{"date", full("x", "host"), verdict.MalformedDate, verdict.BadDate{Variant: inHeader, Date: "yesterday"}},
		{"too old", header("X-Amz-Date", "20250130T203827Z"), verdict.SignatureExpired,
			verdict.OldSignature{Skew: verdict.Skew{Date: at("20250130T203827Z"), Bound: at("20250130T204131Z"),
				Now: at(now), Minutes: 5, RequestTime: "20250130T203827Z"}}},
		{"too new", header("X-Amz-Date", "20250130T210000Z"), verdict.SignatureNotYetCurrent,
			verdict.EarlySignature{Skew: verdict.Skew{Date: at("20250130T210000Z"), Bound: at("20250130T205131Z"),
				Now: at(now), Minutes: 5, RequestTime: "20250130T210000Z"}}},
		{"not five parts", header("X-Amz-Date", now), verdict.MalformedCredential,
			verdict.BadCredential{Variant: inHeader, Credential: "x"}},
		{"six parts", full("AKID/"+scope+"/more", "host"), verdict.MalformedCredential,
			verdict.BadCredential{Variant: inHeader, Credential: "AKID/" + scope + "/more"}},
		{"no key id", full("/"+scope, "host"), verdict.MalformedCredential, verdict.BadCredential{
			Variant: verdict.Variant{Problem: verdict.ProblemNoKeyID, Mechanism: "header"}, Credential: "/" + scope}},
		{"everything in the scope", full("AKID/20250129/eu-west-1/bedrock-runtime/aws5", "host"), verdict.WrongScope,
			verdict.ForeignScope{
				Variant: inHeader, Region: &verdict.Part{Sent: "eu-west-1", Expected: "us-east-1"},
				Service:    &verdict.Part{Sent: "bedrock-runtime", Expected: "bedrock"},
				Terminator: &verdict.Part{Sent: "aws5", Expected: "aws4_request"},
				Date:       &verdict.ScopeDate{Sent: "20250129", Expected: "20250130", From: now},
			}},
		{"the service alone", full("AKID/20250130/us-east-1/bedrock-runtime/aws4_request", "host"), verdict.WrongScope,
			verdict.ForeignScope{Variant: inHeader, Service: &verdict.Part{Sent: "bedrock-runtime",
				Expected: "bedrock"}}},
		{"right", full("AKID/"+scope, "host;x-amz-date"), "", nil},
		{"with other spaces", authorize("  AWS4-HMAC-SHA256   Credential=AKID/" + scope +
			" ,SignedHeaders=host,,Signature=" + goodSign + " "), "", nil},
		{"last duplicate counts", authorize("AWS4-HMAC-SHA256 Credential=bad, Credential=AKID/" + scope +
			", SignedHeaders=host, Signature=x, Signature=" + goodSign), "", nil},
		{"first header counts", header("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/"+scope+
			", SignedHeaders=host, Signature="+goodSign, "Bearer x"), "", nil},
		{":authority", full("AKID/"+scope, ":authority"), "", nil},
		{"extended date", header("X-Amz-Date", "2025-01-30T20:46:31Z"), "", nil},
		{"extended date, other zone", header("X-Amz-Date", "2025-01-30T21:46:31+01:00"), "", nil},
		{"RFC 1123 in X-Amz-Date", header("X-Amz-Date", "Thu, 30 Jan 2025 20:46:31 GMT"), verdict.MalformedDate, nil},
		{"Date", func(r *sigv4.Request) {
			delete(r.Header, "X-Amz-Date")
			header("Date", "Thu, 30 Jan 2025 20:46:31 GMT")(r)
		}, "", nil},
		{"Date in basic format", header("Date", now), "", nil},
		{"at the edge of the window", header("Date", "20250130T204131Z"), "", nil},
		{"one second before it", header("Date", "20250130T204130Z"), verdict.SignatureExpired, nil},
		{"at the other edge", header("Date", "20250130T205131Z"), "", nil},
		{"one second after it", header("Date", "20250130T205132Z"), verdict.SignatureNotYetCurrent, nil},
	})
}

func TestQueryChecks(t *testing.T) {
	const ok = "X-Amz-Algorithm=AWS4-HMAC-SHA256"
	run(t, sigv4.Rules{Service: "bedrock", Region: "us-east-1"}, []step{
		{"wrong algorithm", query("X-Amz-Algorithm=AWS2"), verdict.MissingAuthentication, nil},
		{"nothing there", query(ok), verdict.MissingQueryParameters,
			verdict.MissingQuery{Missing: []string{"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders",
				"X-Amz-Date"}}},
		{"no date", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=z"),
			verdict.MissingQueryParameters, verdict.MissingQuery{Missing: []string{"X-Amz-Date"}}},
		{"host not signed", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=z",
			"X-Amz-Date=d"), verdict.HostNotSigned, nil},
		{"date", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=a%3Bhost", "X-Amz-Date=d"),
			verdict.MalformedDate, verdict.BadDate{Variant: inQuery, Date: "d"}},
		{"too old", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=a%3Bhost",
			"X-Amz-Date=20250130T203827Z"), verdict.SignatureExpired, nil},
		{"credential", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=a%3Bhost",
			"X-Amz-Date="+now), verdict.MalformedCredential, nil},
		{"scope", query(ok, "X-Amz-Credential=AKID/20250130/us-east-1/s3/aws4_request", "X-Amz-Signature=y",
			"X-Amz-SignedHeaders=host", "X-Amz-Date="+now), verdict.WrongScope,
			verdict.ForeignScope{Variant: inQuery, Service: &verdict.Part{Sent: "s3", Expected: "bedrock"}}},
		{"right", query(ok, "X-Amz-Credential=AKID%2F20250130%2Fus-east-1%2Fbedrock%2Faws4_request",
			"X-Amz-Signature=y", "X-Amz-SignedHeaders=host", "X-Amz-Date="+now), "", nil},
		{"first duplicate counts", query(ok, "X-Amz-Algorithm=AWS2", "X-Amz-Credential=AKID/"+scope,
			"X-Amz-Credential=bad", "X-Amz-Signature=y", "X-Amz-SignedHeaders=host", "X-Amz-Date="+now), "", nil},
	})
}

func TestS3HeaderChecks(t *testing.T) {
	full := func(credential, signed string) func(*sigv4.Request) {
		return authorize("AWS4-HMAC-SHA256 Credential=" + credential + ", SignedHeaders=" + signed + ", Signature=" +
			goodSign)
	}
	run(t, sigv4.Rules{Service: "s3", Region: "us-east-1", SkewWindow: 15 * time.Minute, S3: true}, []step{
		{"climbing path", func(r *sigv4.Request) {
			path("/../x")(r)
			query("X-Amz-Algorithm=x")(r)
			authorize("Bearer secret")(r)
		}, verdict.MalformedRequest, verdict.BadRequest{Problem: "the path climbs above the root", Climbs: true}},
		{"both", func(r *sigv4.Request) {
			path("/a/../x")(r) // a key like any other
			query("X-Amz-Algorithm=x")(r)
			authorize("Bearer secret")(r)
		}, verdict.BothMechanisms, nil},
		{"scheme", query(), verdict.UnsupportedScheme,
			verdict.ForeignScheme{Variant: inHeader, Algorithm: "Bearer", Header: "Bearer secret"}},
		{"Signature Version 2", authorize("AWS AKID:c2ln"), verdict.UnsupportedScheme,
			verdict.ForeignScheme{Variant: verdict.Variant{Problem: "sigv2", Mechanism: "header"}, Algorithm: "AWS",
				Header: "AWS AKID:c2ln"}},
		{"no space", authorize("AWS4-HMAC-SHA256"), verdict.UnsupportedScheme,
			verdict.ForeignScheme{Variant: verdict.Variant{Problem: "no-space", Mechanism: "header"},
				Algorithm: "AWS4-HMAC-SHA256", Header: "AWS4-HMAC-SHA256"}},
		{"no date", authorize("AWS4-HMAC-SHA256 foo"), verdict.MalformedDate, nil},
		{"extended date", header("X-Amz-Date", "2025-01-30T20:46:31Z"), verdict.MalformedDate, nil},
		{"skew", header("X-Amz-Date", "20250130T203130Z"), verdict.SignatureExpired,
			verdict.OldSignature{Skew: verdict.Skew{Date: at("20250130T203130Z"), Bound: at("20250130T203131Z"),
				Now: at(now), Minutes: 15, RequestTime: "20250130T203130Z"}}},
		{"one component", header("X-Amz-Date", now), verdict.MissingParameters,
			verdict.MissingParts{Header: "AWS4-HMAC-SHA256 foo"}},
		{"four components", authorize("AWS4-HMAC-SHA256 a=b, c=d, e=f, foo"), verdict.MissingParameters,
			verdict.MissingParts{Header: "AWS4-HMAC-SHA256 a=b, c=d, e=f, foo"}},
		{"pieces", authorize("AWS4-HMAC-SHA256 a=b, c=d, foo"), verdict.MalformedAuthorization,
			verdict.BadPiece{Piece: "foo", Header: "AWS4-HMAC-SHA256 a=b, c=d, foo"}},
		{"missing", authorize("AWS4-HMAC-SHA256 Credential=x, Signature=y, x=y"), verdict.MissingParameters,
			verdict.MissingParts{Missing: []string{"SignedHeaders"},
				Header: "AWS4-HMAC-SHA256 Credential=x, Signature=y, x=y"}},
		{"credential", full("x", "a"), verdict.MalformedCredential, nil},
		{"service", full("AKID/2025/eu-west-1/s4/aws5", "a"), verdict.WrongScope,
			verdict.ForeignScope{Variant: inHeader, Service: &verdict.Part{Sent: "s4", Expected: "s3"}}},
		{"terminator", full("AKID/2025/eu-west-1/s3/aws5", "a"), verdict.WrongScope,
			verdict.ForeignScope{Variant: inHeader, Terminator: &verdict.Part{Sent: "aws5", Expected: "aws4_request"}}},
		{"date format", full("AKID/2025/eu-west-1/s3/aws4_request", "a"), verdict.WrongScope,
			verdict.ForeignScope{Variant: verdict.Variant{Problem: "date-format", Mechanism: "header"},
				Date: &verdict.ScopeDate{Sent: "2025"}}},
		{"region", full("AKID/20250129/eu-west-1/s3/aws4_request", "a"), verdict.WrongScope,
			verdict.ForeignScope{Variant: inHeader,
				Region: &verdict.Part{Sent: "eu-west-1", Expected: "us-east-1"}}},
		{"host", full("AKID/20250129/us-east-1/s3/aws4_request", "a"), verdict.HostNotSigned, nil},
		{"the scope's date comes later", full("AKID/20250129/us-east-1/s3/aws4_request", "host"), "", nil},
	})
}

func TestS3QueryChecks(t *testing.T) {
	const ok = "X-Amz-Algorithm=AWS4-HMAC-SHA256"
	url := func(date, expires string) func(*sigv4.Request) {
		return query(ok, "X-Amz-Credential=AKID/"+date[:min(8, len(date))]+"/us-east-1/s3/aws4_request",
			"X-Amz-Signature=y", "X-Amz-SignedHeaders=host", "X-Amz-Date="+date, "X-Amz-Expires="+expires)
	}
	run(t, sigv4.Rules{Service: "s3", Region: "us-east-1", SkewWindow: 15 * time.Minute, S3: true}, []step{
		{"none", query("Signature=x"), verdict.MissingAuthentication, nil},
		{"Signature Version 2", query("AWSAccessKeyId=AKID", "Expires=1", "Signature=x"), verdict.UnsupportedScheme,
			verdict.ForeignScheme{Variant: verdict.Variant{Problem: "sigv2"}, Algorithm: "AWS"}},
		{"algorithm", query("X-Amz-Algorithm=x"), verdict.UnsupportedScheme,
			verdict.ForeignScheme{Variant: inQuery, Algorithm: "x"}},
		{"missing", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=z", "X-Amz-Date=d"),
			verdict.MissingQueryParameters, verdict.MissingQuery{Missing: []string{"X-Amz-Expires"}}},
		{"credential", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=z", "X-Amz-Date=d",
			"X-Amz-Expires=e"), verdict.MalformedCredential, verdict.BadCredential{Variant: inQuery, Credential: "x"}},
		{"date", url("2025-01-30", "e"), verdict.MalformedDate,
			verdict.BadDate{Variant: inQuery, Date: "2025-01-30"}},
		{"scope", query(ok, "X-Amz-Credential=AKID/20250129/us-east-1/s3/aws4_request", "X-Amz-Signature=y",
			"X-Amz-SignedHeaders=host", "X-Amz-Date="+now, "X-Amz-Expires=e"), verdict.WrongScope,
			verdict.ForeignScope{Variant: verdict.Variant{Problem: "date-mismatch", Mechanism: "query"},
				Date: &verdict.ScopeDate{Sent: "20250129", Expected: "20250130", From: now}}},
		{"no number", url(now, "e"), verdict.PresignExpiresInvalid, expires("not-a-number", "e")},
		{"empty", url(now, ""), verdict.PresignExpiresInvalid, expires("not-a-number", "")},
		{"negative", url(now, "-1"), verdict.PresignExpiresInvalid, expires("negative", "-1")},
		{"too long", url(now, "604801"), verdict.PresignExpiresInvalid, expires("too-long", "604801")},
		{"huge", url(now, "99999999999999999999"), verdict.PresignExpiresInvalid,
			expires("too-long", "99999999999999999999")},
		{"a week", url(now, "604800"), "", nil},
		{"zero", url(now, "0"), verdict.PresignExpired,
			verdict.OldPresign{Expires: "0", Expiration: at(now), Now: at(now)}},
		{"expired", url("20250130T200000Z", "60"), verdict.PresignExpired,
			verdict.OldPresign{Expires: "60", Expiration: at("20250130T200100Z"), Now: at(now)}},
		{"old and alive", url("20250125T200000Z", "604800"), "", nil},
		{"in the future", url("20250130T210132Z", "60"), verdict.PresignNotYetValid,
			verdict.EarlyPresign{Date: "20250130T210132Z", Now: at(now)}},
		{"in the window", url("20250130T210131Z", "60"), "", nil},
	})
}

// TestReadsWhatItRefuses: the journal gets what could be read.
func TestReadsWhatItRefuses(t *testing.T) {
	r := &sigv4.Request{Method: "POST", Path: "/", Header: http.Header{
		"Authorization": {"AWS4-HMAC-SHA256 Credential=AKID/20250130/eu-west-1/s4/aws4_request, " +
			"SignedHeaders=x-amz-date;host, Signature=abc, broken"},
		"X-Amz-Security-Token": {"token"},
		"X-Amz-Date":           {"20200101T000000Z"},
	}}
	a, refusal := sigv4.Parse(r, sigv4.Rules{Service: "bedrock"}, signingTime)
	if refusal == nil || refusal.Reason != verdict.MalformedAuthorization {
		t.Fatal(refusal)
	}
	want := sigv4.Authorization{
		Mechanism: sigv4.Header, Algorithm: "AWS4-HMAC-SHA256", Credential: "AKID/20250130/eu-west-1/s4/aws4_request",
		KeyID: "AKID", ScopeDate: "20250130", Region: "eu-west-1", Service: "s4", Terminator: "aws4_request",
		Signature: "abc", Date: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), DateText: "20200101T000000Z",
		Token: "token",
	}
	if !slices.Equal(a.SignedHeaders, []string{"host", "x-amz-date"}) {
		t.Errorf("signed headers %v", a.SignedHeaders)
	}
	got := *a
	if got.Mechanism != want.Mechanism || got.Credential != want.Credential || got.KeyID != want.KeyID ||
		got.Region != want.Region ||
		got.ScopeDate != want.ScopeDate || got.Service != want.Service || got.Terminator != want.Terminator ||
		got.Signature != want.Signature || !got.Date.Equal(want.Date) || got.DateText != want.DateText ||
		got.Token != want.Token || got.TokenSigned {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
	if c := sigv4.CredentialOf(r); c != want.Credential {
		t.Errorf("CredentialOf = %q", c)
	}
}

func TestCredentialOfQuery(t *testing.T) {
	r := &sigv4.Request{RawQuery: "a=1&X-Amz-Credential=AKID%2F20250130%2Fus-east-1%2Fs3%2Faws4_request"}
	if c := sigv4.CredentialOf(r); c != "AKID/20250130/us-east-1/s3/aws4_request" {
		t.Errorf("CredentialOf = %q", c)
	}
	if c := sigv4.CredentialOf(&sigv4.Request{}); c != "" {
		t.Errorf("CredentialOf = %q", c)
	}
}

// TestVerifyChecksOfS3: what S3 checks between the look-up and the payload.
func TestVerifyChecksOfS3(t *testing.T) {
	base := func() golden {
		return fromS3("GET /test.txt", "", "host;range;x-amz-content-sha256;x-amz-date",
			"f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
			"Range: bytes=0-9", "X-Amz-Content-Sha256: "+emptyHash)
	}
	for _, x := range []struct {
		name   string
		change func(*sigv4.Request)
		want   verdict.Reason
		cause  verdict.Cause
	}{
		{"scope date", func(r *sigv4.Request) {
			r.Header["Authorization"][0] = strings.Replace(r.Header.Get("Authorization"), "20130524", "20130523", 1)
			delete(r.Header, "X-Amz-Content-Sha256")
		}, verdict.WrongScope, verdict.ForeignScope{
			Variant: verdict.Variant{Problem: "date-mismatch", Mechanism: "header"},
			Date:    &verdict.ScopeDate{Sent: "20130523", Expected: "20130524", From: "20130524T000000Z"}}},
		{"no hash", func(r *sigv4.Request) {
			delete(r.Header, "X-Amz-Content-Sha256")
			r.Header.Set("X-Amz-Acl", "private")
		}, verdict.PayloadHashMissing, nil},
		{"no hash known", func(r *sigv4.Request) {
			r.Header.Set("X-Amz-Content-Sha256", "nonsense")
			r.Header.Set("X-Amz-Acl", "private")
		}, verdict.PayloadHashMalformed, verdict.BadPayloadHash{Value: "nonsense"}},
		{"headers not signed", func(r *sigv4.Request) {
			r.Header.Set("X-Amz-Acl", "private")
			r.Header.Set("X-Amz-Decoded-Content-Length", "1")
			r.Header.Set("X-Other", "1")
			r.Body = []byte("x")
		}, verdict.HeadersNotSigned, verdict.UnsignedHeaders{Headers: []string{"x-amz-acl",
			"x-amz-decoded-content-length"}}},
		{"signature", func(r *sigv4.Request) {
			r.Header.Set("Range", "bytes=0-8")
			r.Body = []byte("x")
		}, verdict.SignatureMismatch, nil},
		{"payload", func(r *sigv4.Request) { r.Body = []byte("x") }, verdict.PayloadHashMismatch,
			verdict.OtherPayload{Claimed: emptyHash,
				Computed: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}},
	} {
		r := base().request()
		x.change(r)
		refusal := judge(new(sigv4.Verifier), r, s3Rules(), testSecret, chunkNow)
		if refusal == nil || refusal.Reason != x.want {
			t.Errorf("%s: %v, want %s", x.name, refusal, x.want)
			continue
		}
		if x.cause != nil && !reflect.DeepEqual(refusal.Cause, x.cause) {
			t.Errorf("%s: %#v, want %#v", x.name, refusal.Cause, x.cause)
		}
	}
}

// TestWindowInWholeSeconds: a request that is refused for its age gets
// "Signature expired: A is now earlier than B", both in whole seconds (AWS Auth
// Error Ordering, 9). The sentence must be true as it is printed, also between
// two ticks of the server's clock.
func TestWindowInWholeSeconds(t *testing.T) {
	rules := sigv4.Rules{Service: "bedrock", Region: "us-east-1", SkewWindow: 5 * time.Minute}
	for _, x := range []struct {
		name, date string
		want       verdict.Reason
	}{
		{"as old as the bound that would be printed", "20250130T204131Z", ""},
		{"a second older", "20250130T204130Z", verdict.SignatureExpired},
		{"as new as the bound that would be printed", "20250130T205131Z", ""},
		{"a second newer", "20250130T205132Z", verdict.SignatureNotYetCurrent},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := &sigv4.Request{Method: "POST", Host: "h", Path: "/", Header: http.Header{}}
			authorize("AWS4-HMAC-SHA256 Credential=AKID/" + scope + ", SignedHeaders=host, Signature=" + goodSign)(r)
			header("X-Amz-Date", x.date)(r)
			_, refusal := sigv4.Parse(r, rules, signingTime.Add(900*time.Millisecond))
			switch {
			case x.want == "" && refusal != nil:
				t.Errorf("%v: %+v", refusal, refusal.Cause)
			case x.want != "" && (refusal == nil || refusal.Reason != x.want):
				t.Errorf("%v, want %s", refusal, x.want)
			}
		})
	}
}

// TestLastDuplicateCounts: of a component that the Authorization header has
// twice, the last one counts (AWS Auth Error Ordering, 6c).
func TestLastDuplicateCounts(t *testing.T) {
	const first, last = "AKID/20250129/us-east-1/s3/aws4_request", "AKID/" + scope
	r := &sigv4.Request{Method: "POST", Host: "h", Path: "/", Header: http.Header{}}
	header("X-Amz-Date", now)(r)
	authorize("AWS4-HMAC-SHA256 Credential=" + first + ", SignedHeaders=a, Signature=x, Credential=" + last +
		", SignedHeaders=host, Signature=" + goodSign)(r)
	a, refusal := sigv4.Parse(r, sigv4.Rules{Service: "bedrock"}, signingTime)
	if refusal != nil {
		t.Fatal(refusal)
	}
	if a.Credential != last || a.Signature != goodSign || !slices.Equal(a.SignedHeaders, []string{"host"}) {
		t.Errorf("got %q, %q, %q", a.Credential, a.SignedHeaders, a.Signature)
	}
}

// TestTokenBesidePresignedURL: a session token may stand in the query or, with a
// presigned URL too, in the header x-amz-security-token
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#temporary-security-credentials).
func TestTokenBesidePresignedURL(t *testing.T) {
	for _, x := range []struct {
		name, signed, inQuery, inHeader string
		want                            string
		wantSigned                      bool
	}{
		{"in the query", "host", "queried", "", "queried", true},
		{"in a signed header", "host;x-amz-security-token", "", "sent", "sent", true},
		{"in an unsigned header", "host", "", "sent", "sent", false},
		{"in both: the query's counts", "host", "queried", "sent", "queried", true},
		{"in neither", "host;x-amz-security-token", "", "", "", false},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := &sigv4.Request{Method: "GET", Host: "h", Path: "/", Header: http.Header{}}
			parts := []string{"X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Credential=AKID/" + scope, "X-Amz-Date=" + now,
				"X-Amz-SignedHeaders=" + strings.ReplaceAll(x.signed, ";", "%3B"), "X-Amz-Signature=" + goodSign}
			if x.inQuery != "" {
				parts = append(parts, "X-Amz-Security-Token="+x.inQuery)
			}
			if x.inHeader != "" {
				header("X-Amz-Security-Token", x.inHeader)(r)
			}
			query(parts...)(r)
			a, refusal := sigv4.Parse(r, sigv4.Rules{Service: "bedrock"}, signingTime)
			if refusal != nil {
				t.Fatal(refusal)
			}
			if a.Token != x.want || a.TokenSigned != x.wantSigned {
				t.Errorf("got %q, signed %v, want %q, %v", a.Token, a.TokenSigned, x.want, x.wantSigned)
			}
		})
	}
}

// TestHeadersLeftUnsignedAtS3 has the recording that checkAllSigned cites, and
// the same headers beside an Authorization header, of which S3's documentation
// says that x-amz-content-sha256 is signed like all x-amz-* headers
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
func TestHeadersLeftUnsignedAtS3(t *testing.T) {
	for _, x := range []struct {
		name string
		base func() golden
		want string // the headers that are named
	}{
		{"a presigned URL", func() golden { return goldens[len(goldens)-1] },
			"x-amz-date, x-amz-decoded-content-length"},
		{"a header", func() golden {
			return fromS3("GET /test.txt", "", "host;range", goodSign, "Range: bytes=0-9")
		}, "x-amz-content-sha256, x-amz-date, x-amz-decoded-content-length"},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := x.base().request()
			r.Header.Set("X-Amz-Content-Sha256", emptyHash)
			r.Header.Set("X-Amz-Date", "20130524T000000Z")
			r.Header.Set("X-Amz-Decoded-Content-Length", "0")
			refusal := judge(new(sigv4.Verifier), r, s3Rules(), testSecret, chunkNow)
			cause, _ := verdict.CauseOf[verdict.UnsignedHeaders](refusal)
			if strings.Join(cause.Headers, ", ") != x.want {
				t.Errorf("got %v, want %s for %s", refusal, verdict.HeadersNotSigned, x.want)
			}
		})
	}
}
