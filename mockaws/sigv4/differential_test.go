package sigv4_test

import (
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// judge is Parse, Verify and Payload in a row.
func judge(v *sigv4.Verifier, r *sigv4.Request, rules sigv4.Rules, secret string, now time.Time) *verdict.Refusal {
	a, refusal := sigv4.Parse(r, rules, now)
	if refusal != nil {
		return refusal
	}
	if refusal := v.Verify(r, a, rules, secret); refusal != nil {
		return refusal
	}
	_, refusal = sigv4.Payload(r)
	return refusal
}

// TestAcceptsWhatTheSDKSigns: whatever the SDK signs is accepted.
func TestAcceptsWhatTheSDKSigns(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			g := newGenerator(1)
			var v sigv4.Verifier
			for i := range 500 {
				x := kind.make(g, t)
				refusal := judge(&v, x.request, x.rules, x.creds.SecretAccessKey, signingTime.Add(time.Second/2))
				if refusal != nil {
					t.Fatalf("request %d, %s %s?%s\n%v\n%s", i, x.request.Method, x.request.Path, x.request.RawQuery,
						x.request.Header, refusal.Error())
				}
			}
		})
	}
}
