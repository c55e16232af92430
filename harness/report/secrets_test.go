package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/report"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// of is a result as a report tells it, on a host that sets nothing.
func of(r *harness.Result) (*report.Run, report.Status) {
	return report.Of(r, &fixtures.Host{Name: "somewhere"})
}

// TestVariablesThatAreSecrets: the name says so, however short the value and whichever host or user
// set it; a name that ends in where something is does not.
func TestVariablesThatAreSecrets(t *testing.T) {
	for name, secret := range map[string]bool{
		"SESSION_SECRET": true, "DB_PASSWORD": true, "PGPASSWD": true, "STRIPE_API_KEY": true, "SOME_APIKEY": true,
		"GITHUB_TOKEN": true,
		"my_bearer":    true, "PRIVATE_KEY": true, "GOOGLE_CREDENTIALS": true, "BASIC_AUTH": true,
		"AWS_WEB_IDENTITY_TOKEN_FILE": false, "AWS_CONTAINER_CREDENTIALS_FULL_URI": false, "AUTH_URL": false,
		"TOKEN_ENDPOINT": false, "GREETING": false,
	} {
		for _, by := range []ledger.SetBy{ledger.ByHost, ledger.ByUser} {
			const value = "hunter2"
			run, _ := of(&harness.Result{Environment: []ledger.Variable{{Name: name, Value: value, SetBy: by}}})
			if len(run.Environment) != 1 {
				t.Fatalf("%+v", run.Environment)
			}
			v := run.Environment[0]
			if v.Secret != secret || (v.Shown == value) == secret {
				t.Errorf("%s, set by the %s: shown as %q, secret %v, want %v", name, by, v.Shown, v.Secret, secret)
			}
		}
	}
}

// known is a secret of the deployment, unknown one that a program has from
// elsewhere.
const (
	known   = "Zk3p9QxL7vTb2NdWc8RyFs1HmGj4UaEo6iXB5wKq"
	unknown = "q7LxT2vNb9WdRc3FyHs8GmJ1UjEa4XoB6iw5KpZk"
)

// TestReportShowsNoSecret puts a secret into everything that a program and AWS
// say, and looks for it in the run as a report tells it.
func TestReportShowsNoSecret(t *testing.T) {
	refusal := verdict.Because(verdict.StageAuthenticate, verdict.BadToken{}, "the token "+known+" is none")
	for _, row := range []struct {
		name   string
		result *harness.Result
		secret string
		shown  string // what stands there instead
	}{
		{"what the program printed", &harness.Result{Stdout: []byte("key " + known)}, known, ""},
		{"what it printed about its error", &harness.Result{ExitCode: 1, Stderr: []byte("Error: bad key " + known)},
			known, ""},
		{"a secret that nobody knows", &harness.Result{ExitCode: 1, Stderr: []byte("Error: bad key " + unknown)},
			unknown, "<40 characters>"},
		{"a longer one", &harness.Result{Stdout: []byte("eyJ" + strings.Repeat("a1B2", 30) + "." + unknown + unknown)},
			unknown, "<80 characters>"},
		{"AWS's message", &harness.Result{Exchanges: []mockaws.Exchange{{Seq: 1, Message: "the key " + known +
			" is none"}}}, known, ""},
		{"the judge's detail", &harness.Result{Exchanges: []mockaws.Exchange{{Seq: 1,
			Verdict: verdict.Verdict{Refusal: refusal}}}}, known, ""},
		{"the diagnosis", &harness.Result{Diagnosis: ledger.Diagnosis{Findings: []harness.Finding{
			{Kind: "x", What: "it sent " + known, Why: "it had " + known, Change: "take " + known + " out"}}}}, known,
			""},
		{"a variable of another name", &harness.Result{Environment: []ledger.Variable{{Name: "COPY", Value: known,
			SetBy: ledger.ByHost}}}, known, "40 characters"},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.result.KeepSecrets([]string{known})
			run, _ := of(row.result)
			text, err := json.Marshal(run)
			if err != nil {
				t.Fatal(err)
			}
			plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(text))
			if strings.Contains(plain, row.secret) || !strings.Contains(plain, row.shown) {
				t.Errorf("shows %q, or no %q: %s", row.secret, row.shown, plain)
			}
		})
	}
}

// TestTheEndOfALongOutputIsShown: where a program says much, why it failed stands last.
func TestTheEndOfALongOutputIsShown(t *testing.T) {
	run, _ := of(&harness.Result{ExitCode: 1, Stderr: []byte("began\n" + strings.Repeat("line of a log\n", 1000) +
		"the reason")})
	if !strings.HasSuffix(run.Said, "the reason") || strings.Contains(run.Said, "began") || len(run.Said) > 3000 {
		t.Errorf("shows %d bytes: %.40q…", len(run.Said), run.Said)
	}
}

// TestOutcomes: a refused call is what came of a run, whether the program lived
// with it or not.
func TestOutcomes(t *testing.T) {
	accepted := mockaws.Exchange{Seq: 1, Call: "s3:ListBuckets", Verdict: verdict.Verdict{Accepted: true}}
	refused := mockaws.Exchange{Seq: 2, Call: "s3:ListBuckets", Code: "InvalidAccessKeyId",
		Verdict: verdict.Verdict{Refusal: verdict.Because(verdict.StageAuthenticate, verdict.UnknownKey{}, "")}}
	for _, row := range []struct {
		name   string
		result harness.Result
		want   report.Outcome
	}{
		{"no call", harness.Result{}, report.NoCall},
		{"no call, and failed", harness.Result{ExitCode: 1}, report.NoCall},
		{"accepted", harness.Result{Exchanges: []mockaws.Exchange{accepted}}, report.Accepted},
		{"accepted, and failed", harness.Result{ExitCode: 1, Exchanges: []mockaws.Exchange{accepted}}, report.Failed},
		{"refused, and failed", harness.Result{ExitCode: 1, Exchanges: []mockaws.Exchange{refused}}, report.Refused},
		{"refused, and caught", harness.Result{Exchanges: []mockaws.Exchange{refused}}, report.Refused},
		{"one of two refused, and caught", harness.Result{Exchanges: []mockaws.Exchange{accepted, refused}},
			report.Refused},
	} {
		if _, status := of(&row.result); status.Outcome != row.want ||
			(status.Code == "InvalidAccessKeyId") != (row.want == report.Refused) {
			t.Errorf("%s: %+v, want %s", row.name, status, row.want)
		}
	}
}

// TestJUnitFailsWhatIsUnexpected: continuous integration goes by failures and
// errors. Whatever came of a cell, it is one where it is not as expected, and none
// where it is
// (https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd).
func TestJUnitFailsWhatIsUnexpected(t *testing.T) {
	for _, outcome := range []report.Outcome{report.Accepted, report.Refused, report.NoCall, report.Failed} {
		for _, unexpected := range []string{"", "outcome " + string(outcome) + ", not another"} {
			r := sample()
			r.Cells = r.Cells[:1]
			r.Cells[0].Outcome, r.Cells[0].Unexpected = outcome, unexpected
			text := written(t, r.WriteJUnit)
			if failed := strings.Contains(text, "<failure "); failed != (unexpected != "") ||
				strings.Contains(text, `failures="1"`) != failed {
				t.Errorf("%s, unexpected %q: %s", outcome, unexpected, text)
			}
			if strings.Contains(text, "<error ") || strings.Contains(text, "<skipped ") {
				t.Errorf("%s: %s", outcome, text)
			}
		}
	}
}
