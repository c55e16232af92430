package diagnose

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const (
	botoAgent = "Boto3/1.44.5 md/Botocore#1.44.5"
	jsAgent   = "aws-sdk-js/3.1169.0 ua/2.1"
	roleKey   = "ASIAEXAMPLEEXAMPLE12"
)

// dated is a call that was signed by a clock so far ahead of AWS's.
func dated(seq int64, agent string, ahead time.Duration, reason verdict.Reason) mockaws.Exchange {
	e := mockaws.Exchange{Seq: seq, Time: noon, Call: "bedrock:Converse", Status: 200,
		Presented: mockaws.Presented{Scheme: "sigv4", KeyID: roleKey},
		Header:    http.Header{"User-Agent": {agent}, "X-Amz-Date": {noon.Add(ahead).Format(facts.BasicFormat)}}}
	e.Verdict.Accepted = reason == ""
	if reason != "" {
		skew := verdict.Skew{Date: noon.Add(ahead), Now: noon, Minutes: 5}
		e.Verdict.Refusal = verdict.Because(verdict.StageAuthenticate, map[verdict.Reason]verdict.Cause{
			verdict.SignatureExpired:       verdict.OldSignature{Skew: skew},
			verdict.SignatureNotYetCurrent: verdict.EarlySignature{Skew: skew},
			verdict.TokenExpired:           verdict.OldToken{Expiration: noon.Add(ahead)},
		}[reason], "")
	}
	return e
}

func explained(t *testing.T, r *ledger.Result, k Known) []ledger.Finding {
	t.Helper()
	found, _ := Run(r, k)
	return found.Findings
}

// tells wants one finding of a kind with these words in it.
func tells(t *testing.T, findings []ledger.Finding, kind ledger.Kind, hazard bool, words ...string) {
	t.Helper()
	var found []ledger.Finding
	for _, f := range findings {
		if f.Kind == kind {
			found = append(found, f)
		}
	}
	if len(found) != 1 || found[0].Hazard != hazard {
		t.Fatalf("want one finding %s, hazard %t: %+v", kind, hazard, findings)
	}
	for _, w := range words {
		if !strings.Contains(found[0].Paragraph(), w) {
			t.Errorf("no %q in: %s", w, found[0].Paragraph())
		}
	}
}

func TestClockSkewNamesTheMinutes(t *testing.T) {
	r := &ledger.Result{Exchanges: []mockaws.Exchange{dated(1, botoAgent, -6*time.Minute, verdict.SignatureExpired)}}
	tells(
		t,
		explained(t, r, Known{}),
		ClockSkew,
		false,
		"6 minutes behind AWS's",
		"dated 2026-11-21 11:54:00Z when it was 2026-11-21 12:00:00Z",
		"more than 5 minutes apart",
		"boto3 does not set its clock",
		"NTP",
	)
	r = &ledger.Result{Exchanges: []mockaws.Exchange{dated(1, jsAgent, time.Hour, verdict.SignatureNotYetCurrent)}}
	tells(t, explained(t, r, Known{}), ClockSkew, false, "60 minutes ahead of AWS's", "unless retries are turned off")
	r = &ledger.Result{Exchanges: []mockaws.Exchange{dated(1, "", -49*time.Hour, verdict.SignatureExpired)}}
	tells(t, explained(t, r, Known{}), ClockSkew, false, "2 days behind", "signed long before it was sent")
}

func TestClockSkewThatTheSDKCorrected(t *testing.T) {
	r := &ledger.Result{
		Exchanges: []mockaws.Exchange{
			dated(1, jsAgent, time.Hour, verdict.SignatureNotYetCurrent),
			dated(2, jsAgent, 0, ""),
		},
	}
	tells(
		t,
		explained(t, r, Known{}),
		ClockSkew,
		false,
		"too late for this call",
		"#2, the next one, was accepted",
		"AWS_MAX_ATTEMPTS",
	)
	for i := range r.Exchanges {
		r.Exchanges[i].Header.Set("amz-sdk-invocation-id", "3c2a")
	}
	tells(t, explained(t, r, Known{}), ClockSkew, true, "from the Date header", "call #2 was accepted")
	r.Exchanges[1] = dated(2, jsAgent, time.Hour, verdict.SignatureNotYetCurrent)
	tells(t, explained(t, r, Known{}), ClockSkew, false)
}

func TestClockDrift(t *testing.T) {
	r := &ledger.Result{Exchanges: []mockaws.Exchange{dated(1, botoAgent, -4*time.Minute, "")}}
	tells(t, explained(t, r, Known{}), ClockDrift, true, "4 minutes behind AWS's", "Bedrock, Lambda and most others 5")
	r = &ledger.Result{Exchanges: []mockaws.Exchange{dated(1, botoAgent, -30*time.Second, "")}}
	if f := explained(t, r, Known{}); len(f) != 0 {
		t.Errorf("half a minute is nothing: %+v", f)
	}
}

func TestExpiredCredentialsOfAnEndpoint(t *testing.T) {
	call := func() *ledger.Result {
		return &ledger.Result{
			Exchanges: []mockaws.Exchange{dated(1, jsAgent, -2*time.Minute, verdict.TokenExpired)},
			Lookups: []metadata.Lookup{
				{
					Time:     noon.Add(-time.Hour),
					Endpoint: "metadata",
					Method:   "GET",
					Path:     "/x",
					Status:   200,
					KeyID:    roleKey,
				},
			},
		}
	}
	k := Known{Issuers: map[string]string{roleKey: "imds endpoint of the host at 169.254.169.254:80"}}
	set := func(r *ledger.Result) *ledger.Result {
		r.Exchanges[0].Presented.Token, r.Exchanges[0].Presented.TokenKeyID = mockaws.Describe(
			strings.Repeat("t", 900),
		), roleKey
		return r
	}
	tells(
		t,
		explained(t, set(call()), k),
		ExpiredCredentials,
		false,
		"They ended at 2026-11-21 11:58:00Z, 2 minutes before this call.",
		"Nobody asked the endpoint for others",
		"not what the provider returned once",
	)
	known := Known{Issuers: k.Issuers, Ends: map[string]time.Time{roleKey: noon.Add(-2 * time.Minute)},
		Offers: []Offered{{Offer: fixtures.Offer{Kind: fixtures.OfferEndpoint, Name: "metadata", Endpoint: "metadata"},
			KeyIDs: []string{roleKey}}}}
	tells(t, explained(t, set(call()), known), ExpiredCredentials, false,
		"They were handed out at 2026-11-21 11:00:00Z, and nobody asked for others. The client keeps a copy.")
	again := set(call())
	good := dated(1, jsAgent, -time.Hour, "")
	good.Time = noon.Add(-time.Hour)
	again.Exchanges = []mockaws.Exchange{good, again.Exchanges[0]}
	again.Exchanges[1].Seq = 2
	tells(t, explained(t, again, known), ExpiredCredentials, false,
		"nobody asked for others: call #1 with them was still in time. The client keeps a copy.")
	newer := set(call())
	newer.Lookups = append(
		newer.Lookups,
		metadata.Lookup{Time: noon.Add(-time.Minute), Endpoint: "metadata", Status: 200, KeyID: "ASIANEWER"},
	)
	tells(t, explained(t, newer, k), ExpiredCredentials, false, "handed out others since, ASIANEWER")
	down := set(call())
	down.Lookups = append(
		down.Lookups,
		metadata.Lookup{
			Time:     noon.Add(-time.Minute),
			Endpoint: "metadata",
			Method:   "PUT",
			Path:     "/latest/api/token",
			Status:   500,
		},
	)
	tells(
		t,
		explained(t, down, k),
		ExpiredCredentials,
		false,
		"got none (metadata: PUT /latest/api/token: 500)",
		"Find out why the endpoint gives none",
	)
}

func TestExpiringCredentials(t *testing.T) {
	r := &ledger.Result{Exchanges: []mockaws.Exchange{dated(1, botoAgent, 0, "")}}
	k := func(left time.Duration) Known { return Known{Ends: map[string]time.Time{roleKey: noon.Add(left)}} }
	tells(t, explained(t, r, k(40*time.Second)), ExpiringCredentials, true,
		"end in 40 seconds, at 2026-11-21 12:00:40Z")
	// SDKs renew five minutes before the end, the one for JavaScript by its
	// EXPIRATION_MS
	// (https://github.com/smithy-lang/smithy-typescript/blob/main/packages/core/src/util-identity-and-auth/memoizeIdentityProvider.ts):
	// a copy that is never renewed is reported from there on.
	tells(t, explained(t, r, k(5*time.Minute)), ExpiringCredentials, true, "end in 5 minutes")
	tells(t, explained(t, r, k(2*time.Minute)), ExpiringCredentials, true, "end in 2 minutes")
	for _, left := range []time.Duration{5*time.Minute + time.Second, 6 * time.Minute} {
		if f := explained(t, r, k(left)); len(f) != 0 {
			t.Errorf("%v are enough: %+v", left, f)
		}
	}
}

func TestStaleCredentials(t *testing.T) {
	r := &ledger.Result{Exchanges: []mockaws.Exchange{dated(1, botoAgent, 0, "")},
		Lookups: []metadata.Lookup{{Endpoint: "metadata", Status: 200, KeyID: roleKey, Fault: fault.KindStale}}}
	k := Known{Issuers: map[string]string{roleKey: "imds endpoint of the host at 169.254.169.254:80"}}
	tells(
		t,
		explained(t, r, k),
		StaleCredentials,
		true,
		"the imds endpoint of the host at 169.254.169.254:80 handed out as expired",
		"boto3 did",
	)
}

func TestTokenOfAFileThatWasRotated(t *testing.T) {
	token := strings.Repeat("j", 700)
	e := mockaws.Exchange{
		Seq:       1,
		Time:      noon,
		Call:      "sts:AssumeRoleWithWebIdentity",
		Status:    400,
		Presented: mockaws.Presented{Scheme: "web-identity", IdentityToken: mockaws.Describe(token)},
	}
	e.Verdict.Refusal = verdict.Because(verdict.StageHandle, verdict.Failure{Problem: "expired"}, "it expired")
	r := &ledger.Result{Exchanges: []mockaws.Exchange{e}}
	tells(
		t,
		explained(t, r, Known{Rotated: map[string]Rotated{mockaws.Fingerprint(token): {File: "/var/run/token",
			Until: noon}}}),
		BadIdentityToken,
		false,
		"the file /var/run/token, as it was until 2026-11-21 12:00:00Z",
		"Read /var/run/token again",
	)
	tells(
		t,
		explained(t, r, Known{Files: map[string]string{"/var/run/token": token}}),
		BadIdentityToken,
		false,
		"See why nobody wrote a new token into /var/run/token",
		"subPath",
	)
}
