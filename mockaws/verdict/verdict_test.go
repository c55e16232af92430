package verdict_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

func TestVerdictInALine(t *testing.T) {
	refusal := verdict.Because(verdict.StageAuthenticate, verdict.UnknownKey{KeyID: "AKIAX"}, "")
	detailed := *refusal
	detailed.Detail = "no such key"
	for want, v := range map[string]verdict.Verdict{
		"accepted as arn:aws:iam::1:user/a": {Accepted: true, Principal: "arn:aws:iam::1:user/a"},
		"undecided":                         {},
		"refused at authenticate: key-unknown: no such key":          {Refusal: &detailed},
		"refused at authenticate: key-unknown {\"keyId\":\"AKIAX\"}": {Refusal: refusal},
		"refused at authorize: denied": {Refusal: &verdict.Refusal{Stage: "authorize",
			Reason: "denied"}},
	} {
		if got := v.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
