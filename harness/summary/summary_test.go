package summary

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

func markdown(t *testing.T, r *ledger.Result) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSummary(t *testing.T) {
	const secret = "wJalrXUtnFEMIxK7MDENGxbPxRfiCYzzzzzzzzzz"
	r := &ledger.Result{
		Host: "vercel", Subject: "node `app.mjs`\n# no title", Isolation: "sandbox", ExitCode: 1,
		Stderr:      []byte("Error: <img src=x> @someone " + secret),
		Environment: []ledger.Variable{{Name: "APP_SECRET", Value: secret}},
		Exchanges: []exchange.Exchange{
			{Seq: 1, Call: "s3:GetObject", Status: 403, Code: "AccessDenied|x",
				Verdict: verdict.Verdict{Refusal: &verdict.Refusal{Reason: "denied"}}},
			{Seq: 2, Call: "sts:GetCallerIdentity", Status: 200,
				Verdict: verdict.Verdict{Accepted: true, Principal: "arn:aws:iam::1:user/a_b"}},
		},
		Ledger: []ledger.Row{{Offer: fixtures.Offer{Kind: "variables", Name: "the key | of app"}, There: true}},
		Diagnosis: ledger.Diagnosis{Findings: []ledger.Finding{
			{Kind: "not-allowed", What: "It has " + secret, Why: "why", Change: "change *it*",
				Source: "https://example.com/x"},
			{Kind: "long-term-key", Hazard: true, What: "what", Change: "later"},
		}},
	}
	got := markdown(t, r)
	for _, want := range []string{
		"## A problem was found on host vercel\n\n`node 'app.mjs' # no title`, isolation sandbox\n",
		"exit code 1: Error: \\<img src=x\\> \\@someone \\<APP\\_SECRET\\>\n",
		"### Problems\n\n**not-allowed**: It has \\<APP\\_SECRET\\>\n\n- Why: why\n- Change: change \\*it\\*\n" +
			"- See: <https://example.com/x>\n",
		"### Hazards: what worked, and may not go on to\n\n**long-term-key**: what\n- Change: later\n",
		"| 1 | s3:GetObject | 403 AccessDenied\\|x | refused: denied |\n",
		"| 2 | sts:GetCallerIdentity | 200  | accepted as arn:aws:iam::1:user/a\\_b |\n",
		"| the key \\| of app | ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, secret) {
		t.Error("it shows a secret")
	}
}

func TestSummaryOfNothing(t *testing.T) {
	got := markdown(t, &ledger.Result{Host: "local", Subject: "true", Isolation: "endpoint",
		Blind: "the network is open"})
	want := "## All is well on host local\n\n`true`, isolation endpoint\n\nNot all of its calls can be seen: the " +
		"network is " +
		"open\n\n### AWS calls\n\nNone reached the mock.\n\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSummaryIsBounded(t *testing.T) {
	r := &ledger.Result{Host: "local", Exchanges: make([]exchange.Exchange, maxCalls+7)}
	if got := markdown(t, r); strings.Count(got, "\n| 0 |") != maxCalls || !strings.Contains(got, "And 7 more.") {
		t.Error(got)
	}
}
