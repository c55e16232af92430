package explain

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
)

// TestCodes: the codes of https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, as programs print them.
func TestCodes(t *testing.T) {
	for code, want := range map[string]ledger.Kind{
		"SignatureDoesNotMatch": "wrong-signature", "InvalidSignatureException": "wrong-signature",
		"InvalidSignature": "wrong-signature", "RequestTimeTooSkewed": "clock-skew", "RequestInTheFuture": "clock-skew",
		"InvalidIdentityToken": "web-identity", "IDPCommunicationError": "web-identity",
		"IDPRejectedClaim": "web-identity",
		"ExpiredToken":     "expired-credentials", "ExpiredTokenException": "expired-credentials",
		"RequestExpired": "expired-credentials", "InvalidAccessKeyId": "key-unknown",
		"InvalidToken": "s3-token-malformed",
		"AuthFailure":  "auth-failure", "IllegalLocationConstraintException": "other-bucket-region",
		"IllegalLocationConstraint": "other-bucket-region", "AuthorizationHeaderMalformed": "malformed-signature",
		"RegionDisabledException": "region-disabled", "OptInRequired": "opt-in",
		"SubscriptionRequiredException": "opt-in",
		"MissingAuthenticationToken":    "unsigned", "MissingAuthenticationTokenException": "unsigned",
		"UnauthorizedOperation": "not-allowed",
	} {
		snake := strings.ToLower(betweenWords.ReplaceAllString(code, "${1}_${2}"))
		for _, text := range []string{code, "x: " + code + ": y", "{" + code + "Fault}", snake, strings.ToLower(code)} {
			out := decided(text, nil, func(m *meaning) ledger.Finding { return ledger.Finding{Kind: m.id} })
			if len(out) != 1 || out[0].Kind != want {
				t.Errorf("%s: %v, want %s", text, out, want)
			}
			if !answersOfAWS(text) {
				t.Errorf("%s is no answer of AWS", text)
			}
		}
		if out := decided("My"+code+"s", nil,
			func(m *meaning) ledger.Finding { return ledger.Finding{Kind: m.id} }); out != nil {
			t.Errorf("a part of a word is taken for %s", code)
		}
		for i := range codes {
			c := &codes[i]
			if codeMatches()[i].MatchString(code) && c.meaning.id == want {
				// What words said of the same refusal stays, and takes the code's place.
				for _, kind := range append([]ledger.Kind{want}, c.refined...) {
					out := decided(code, []ledger.Finding{{Kind: kind, What: "words"}},
						func(m *meaning) ledger.Finding {
							return ledger.Finding{Kind: m.id}
						})
					if len(out) != 1 || out[0].What != "words" {
						t.Errorf("%s after %s: %v", code, kind, out)
					}
				}
				break
			}
		}
	}
	for _, f := range []ledger.Finding{{Kind: "no-role-at-host"}, {Kind: "no-credentials"}, {Kind: "token-or-key"},
		{Kind: "not-allowed", What: "no"}} {
		if !lessThanCode(f) {
			t.Errorf("%+v says more than a code", f)
		}
	}
	for _, f := range []ledger.Finding{{Kind: "not-allowed", What: "arn:aws:iam::1:user/a"}, {Kind: "clock-skew"}} {
		if lessThanCode(f) {
			t.Errorf("%+v says less than a code", f)
		}
	}
}

// TestMeaningsAreWhole: whatever text is explained, a person reads what failed, what to
// change and where that is known from.
func TestMeaningsAreWhole(t *testing.T) {
	var all []meaning
	for _, c := range codes {
		all = append(all, c.meaning)
		if len(c.names) == 0 || c.meaning.why == "" {
			t.Errorf("%+v is not whole", c)
		}
	}
	for _, m := range append(append(all, errorTexts...), causes...) {
		if m.id == "" || m.change == "" || !strings.HasSuffix(m.what, ".") || m.why != "" && !strings.HasSuffix(m.why,
			".") ||
			strings.HasSuffix(m.change, ".") || !strings.HasPrefix(m.source, "https://") ||
			!regexp.MustCompile(`^[VLU]$`).MatchString(m.confidence) {
			t.Errorf("%s: %q %q %q %q %q", m.id, m.what, m.why, m.change, m.source, m.confidence)
		}
		if strings.Contains(m.what+m.change, "{1}") && m.match.NumSubexp() == 0 {
			t.Errorf("%s names a group that its expression does not have", m.id)
		}
	}
}
