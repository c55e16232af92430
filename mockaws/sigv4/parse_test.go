package sigv4_test

import (
	"maps"
	"net/http"
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
	args map[string]string
}

func header(name string, values ...string) func(*sigv4.Request) {
	return func(r *sigv4.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
}

func authorize(value string) func(*sigv4.Request) { return header("Authorization", value) }

func query(pairs ...string) func(*sigv4.Request) {
	return func(r *sigv4.Request) { r.RawQuery = strings.Join(pairs, "&") }
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
		for k, v := range s.args {
			if refusal.Args[k] != v {
				t.Errorf("%s: %s is %q, want %q", s.name, k, refusal.Args[k], v)
			}
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
		}, verdict.MalformedRequest, map[string]string{"problem": "the path climbs above the root"}},
		{"wrong escape", path("/x/../y"), verdict.MalformedQuery, map[string]string{"sequence": "%zz"}},
		{"cut escape", query("X-Amz-Algorithm=x", "a=%a"), verdict.MalformedQuery, map[string]string{"sequence": "%a"}},
		{"both mechanisms", query("X-Amz-Algorithm=x"), verdict.BothMechanisms, nil},
		{"none", func(r *sigv4.Request) { query()(r); delete(r.Header, "Authorization") },
			verdict.MissingAuthentication, nil},
		{"empty header", authorize(""), verdict.MissingAuthentication, nil},
		{"other scheme", authorize("AWS3 foo"), verdict.UnsupportedScheme, map[string]string{"algorithm": "AWS3",
			"header": "AWS3 foo"}},
		{"SigV4a where it is not taken", authorize("AWS4-ECDSA-P256-SHA256 foo"), verdict.UnsupportedScheme,
			map[string]string{"algorithm": "AWS4-ECDSA-P256-SHA256"}},
		{"no equal sign", authorize("AWS4-HMAC-SHA256 Credential=x, foo"), verdict.MalformedAuthorization,
			map[string]string{"piece": "foo", "header": "AWS4-HMAC-SHA256 Credential=x, foo"}},
		{"nothing there", authorize("AWS4-HMAC-SHA256"), verdict.MissingParameters,
			map[string]string{"missing": "Credential,SignedHeaders,Signature,Date"}},
		{"no signature", authorize("AWS4-HMAC-SHA256 Credential=x,SignedHeaders=y"), verdict.MissingParameters,
			map[string]string{"missing": "Signature,Date"}},
		{"no date", full("x", "y"), verdict.MissingParameters, map[string]string{"missing": "Date"}},
		{"host not signed", header("X-Amz-Date", "yesterday"), verdict.HostNotSigned, nil},
		{"Host in capitals", full("x", "Host"), verdict.HostNotSigned, nil},
		{"date", full("x", "host"), verdict.MalformedDate, map[string]string{"date": "yesterday"}},
		{"too old", header("X-Amz-Date", "20250130T203827Z"), verdict.SignatureExpired,
			map[string]string{"date": "20250130T203827Z", "bound": "20250130T204131Z", "now": "20250130T204631Z",
				"minutes": "5", "serverTime": "2025-01-30T20:46:31Z"}},
		{"too new", header("X-Amz-Date", "20250130T210000Z"), verdict.SignatureNotYetCurrent,
			map[string]string{"date": "20250130T210000Z", "bound": "20250130T205131Z", "now": "20250130T204631Z",
				"minutes": "5"}},
		{"not five parts", header("X-Amz-Date", now), verdict.MalformedCredential,
			map[string]string{"credential": "x"}},
		{"six parts", full("AKID/"+scope+"/more", "host"), verdict.MalformedCredential,
			map[string]string{"credential": "AKID/" + scope + "/more"}},
		{"no key id", full("/"+scope, "host"), verdict.MalformedCredential, nil},
		{"everything in the scope", full("AKID/20250129/eu-west-1/bedrock-runtime/aws5", "host"), verdict.WrongScope,
			map[string]string{
				"region": "eu-west-1", "expectedRegion": "us-east-1", "service": "bedrock-runtime",
				"expectedService": "bedrock",
				"terminator":      "aws5", "scopeDate": "20250129", "headerDate": "20250130", "header": now,
			}},
		{"the service alone", full("AKID/20250130/us-east-1/bedrock-runtime/aws4_request", "host"), verdict.WrongScope,
			map[string]string{
				"region": "", "service": "bedrock-runtime", "terminator": "", "scopeDate": "",
			}},
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
			map[string]string{"missing": "X-Amz-Credential,X-Amz-Signature,X-Amz-SignedHeaders,X-Amz-Date"}},
		{"no date", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=z"),
			verdict.MissingQueryParameters, map[string]string{"missing": "X-Amz-Date"}},
		{"host not signed", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=z",
			"X-Amz-Date=d"), verdict.HostNotSigned, nil},
		{"date", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=a%3Bhost", "X-Amz-Date=d"),
			verdict.MalformedDate, map[string]string{"date": "d"}},
		{"too old", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=a%3Bhost",
			"X-Amz-Date=20250130T203827Z"), verdict.SignatureExpired, nil},
		{"credential", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=a%3Bhost",
			"X-Amz-Date="+now), verdict.MalformedCredential, nil},
		{"scope", query(ok, "X-Amz-Credential=AKID/20250130/us-east-1/s3/aws4_request", "X-Amz-Signature=y",
			"X-Amz-SignedHeaders=host", "X-Amz-Date="+now), verdict.WrongScope, map[string]string{"service": "s3",
			"mechanism": "query"}},
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
		{"both", func(r *sigv4.Request) {
			path("/../x")(r) // a key like any other
			query("X-Amz-Algorithm=x")(r)
			authorize("Bearer secret")(r)
		}, verdict.BothMechanisms, nil},
		{"scheme", query(), verdict.UnsupportedScheme, map[string]string{"header": "Bearer secret", "problem": ""}},
		{"Signature Version 2", authorize("AWS AKID:c2ln"), verdict.UnsupportedScheme,
			map[string]string{"problem": "sigv2"}},
		{"no space", authorize("AWS4-HMAC-SHA256"), verdict.UnsupportedScheme,
			map[string]string{"problem": "no-space"}},
		{"no date", authorize("AWS4-HMAC-SHA256 foo"), verdict.MalformedDate, nil},
		{"extended date", header("X-Amz-Date", "2025-01-30T20:46:31Z"), verdict.MalformedDate, nil},
		{"skew", header("X-Amz-Date", "20250130T203130Z"), verdict.SignatureExpired, map[string]string{"minutes": "15",
			"requestTime": "20250130T203130Z", "serverTime": "2025-01-30T20:46:31Z"}},
		{"one component", header("X-Amz-Date", now), verdict.MissingParameters, map[string]string{"missing": ""}},
		{"four components", authorize("AWS4-HMAC-SHA256 a=b, c=d, e=f, foo"), verdict.MissingParameters,
			map[string]string{"missing": ""}},
		{"pieces", authorize("AWS4-HMAC-SHA256 a=b, c=d, foo"), verdict.MalformedAuthorization,
			map[string]string{"piece": "foo"}},
		{"missing", authorize("AWS4-HMAC-SHA256 Credential=x, Signature=y, x=y"), verdict.MissingParameters,
			map[string]string{"missing": "SignedHeaders"}},
		{"credential", full("x", "a"), verdict.MalformedCredential, nil},
		{"service", full("AKID/2025/eu-west-1/s4/aws5", "a"), verdict.WrongScope, map[string]string{"region": "",
			"service": "s4", "terminator": "", "scopeDate": "", "mechanism": "header"}},
		{"terminator", full("AKID/2025/eu-west-1/s3/aws5", "a"), verdict.WrongScope, map[string]string{"region": "",
			"service": "", "terminator": "aws5", "scopeDate": ""}},
		{"date format", full("AKID/2025/eu-west-1/s3/aws4_request", "a"), verdict.WrongScope,
			map[string]string{"region": "", "scopeDate": "2025", "problem": "date-format"}},
		{"region", full("AKID/20250129/eu-west-1/s3/aws4_request", "a"), verdict.WrongScope,
			map[string]string{"region": "eu-west-1", "expectedRegion": "us-east-1", "scopeDate": ""}},
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
			map[string]string{"algorithm": "AWS", "problem": "sigv2"}},
		{"algorithm", query("X-Amz-Algorithm=x"), verdict.UnsupportedScheme, map[string]string{"algorithm": "x",
			"mechanism": "query"}},
		{"missing", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=z", "X-Amz-Date=d"),
			verdict.MissingQueryParameters, map[string]string{"missing": "X-Amz-Expires"}},
		{"credential", query(ok, "X-Amz-Credential=x", "X-Amz-Signature=y", "X-Amz-SignedHeaders=z", "X-Amz-Date=d",
			"X-Amz-Expires=e"), verdict.MalformedCredential, map[string]string{"mechanism": "query"}},
		{"date", url("2025-01-30", "e"), verdict.MalformedDate, map[string]string{"mechanism": "query"}},
		{"scope", query(ok, "X-Amz-Credential=AKID/20250129/us-east-1/s3/aws4_request", "X-Amz-Signature=y",
			"X-Amz-SignedHeaders=host", "X-Amz-Date="+now, "X-Amz-Expires=e"), verdict.WrongScope,
			map[string]string{"scopeDate": "20250129", "headerDate": "20250130"}},
		{"no number", url(now, "e"), verdict.PresignExpiresInvalid, map[string]string{"problem": "not-a-number",
			"value": "e"}},
		{"empty", url(now, ""), verdict.PresignExpiresInvalid, map[string]string{"problem": "not-a-number"}},
		{"negative", url(now, "-1"), verdict.PresignExpiresInvalid, map[string]string{"problem": "negative"}},
		{"too long", url(now, "604801"), verdict.PresignExpiresInvalid, map[string]string{"problem": "too-long"}},
		{"huge", url(now, "99999999999999999999"), verdict.PresignExpiresInvalid,
			map[string]string{"problem": "too-long"}},
		{"a week", url(now, "604800"), "", nil},
		{"zero", url(now, "0"), verdict.PresignExpired, map[string]string{"expires": "0",
			"expiration": "2025-01-30T20:46:31Z", "now": "2025-01-30T20:46:31Z"}},
		{"expired", url("20250130T200000Z", "60"), verdict.PresignExpired, map[string]string{"expires": "60",
			"expiration": "2025-01-30T20:01:00Z"}},
		{"old and alive", url("20250125T200000Z", "604800"), "", nil},
		{"in the future", url("20250130T210132Z", "60"), verdict.PresignNotYetValid,
			map[string]string{"date": "20250130T210132Z", "now": "2025-01-30T20:46:31Z"}},
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
		args   map[string]string
	}{
		{"scope date", func(r *sigv4.Request) {
			r.Header["Authorization"][0] = strings.Replace(r.Header.Get("Authorization"), "20130524", "20130523", 1)
			delete(r.Header, "X-Amz-Content-Sha256")
		}, verdict.WrongScope, map[string]string{"scopeDate": "20130523", "headerDate": "20130524"}},
		{"no hash", func(r *sigv4.Request) {
			delete(r.Header, "X-Amz-Content-Sha256")
			r.Header.Set("X-Amz-Acl", "private")
		}, verdict.PayloadHashMissing, nil},
		{"no hash known", func(r *sigv4.Request) {
			r.Header.Set("X-Amz-Content-Sha256", "nonsense")
			r.Header.Set("X-Amz-Acl", "private")
		}, verdict.PayloadHashMalformed, map[string]string{"value": "nonsense"}},
		{"headers not signed", func(r *sigv4.Request) {
			r.Header.Set("X-Amz-Acl", "private")
			r.Header.Set("X-Amz-Decoded-Content-Length", "1")
			r.Header.Set("X-Other", "1")
			r.Body = []byte("x")
		}, verdict.HeadersNotSigned, map[string]string{"headers": "x-amz-acl, x-amz-decoded-content-length"}},
		{"signature", func(r *sigv4.Request) {
			r.Header.Set("Range", "bytes=0-8")
			r.Body = []byte("x")
		}, verdict.SignatureMismatch, nil},
		{"payload", func(r *sigv4.Request) { r.Body = []byte("x") }, verdict.PayloadHashMismatch,
			map[string]string{"claimed": emptyHash,
				"computed": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}},
	} {
		r := base().request()
		x.change(r)
		refusal := judge(new(sigv4.Verifier), r, s3Rules(), testSecret, chunkNow)
		if refusal == nil || refusal.Reason != x.want {
			t.Errorf("%s: %v, want %s", x.name, refusal, x.want)
			continue
		}
		for _, k := range slices.Sorted(maps.Keys(x.args)) {
			if refusal.Args[k] != x.args[k] {
				t.Errorf("%s: %s is %q, want %q", x.name, k, refusal.Args[k], x.args[k])
			}
		}
	}
}

// TestWindowInWholeSeconds: a request that is refused for its age is told
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
				t.Errorf("%v: its date %s, the bound %s", refusal, refusal.Args["date"], refusal.Args["bound"])
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
			if refusal == nil || refusal.Reason != verdict.HeadersNotSigned || refusal.Args["headers"] != x.want {
				t.Errorf("got %v, want %s for %s", refusal, verdict.HeadersNotSigned, x.want)
			}
		})
	}
}
