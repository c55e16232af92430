package expect_test

import (
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	_ "github.com/hostproof/hostproof/harness/isolation/container" // HOSTPROOF_MOCK=container
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/mockaws"
)

// unsigned is a program that calls without credentials.
const unsigned = `curl -sS -X POST "$AWS_ENDPOINT_URL/model/anthropic.claude-3-haiku-20240307-v1:0/converse" -d '{}'`

// TestMatchersCanFail runs each matcher on a result that fits and on one that
// does not, and looks at what it says.
func TestMatchersCanFail(t *testing.T) {
	d := harness.StartTest(t, "vercel", harness.WithIsolation("endpoint"),
		harness.User("app", harness.Allow("bedrock:*"), harness.KeyAs("MY_AWS_ACCESS_KEY_ID",
			"MY_AWS_SECRET_ACCESS_KEY")))
	run := func(script string) *harness.Result {
		t.Helper()
		r, err := d.Run(t.Context(), harness.Command("sh", "-c", script))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	quiet := run("true")
	failed := run("echo oops >&2; exit 3")
	caught := run("echo 'Unable to locate credentials'")
	leaky := run(`echo "$MY_AWS_SECRET_ACCESS_KEY"`)
	for _, row := range []struct {
		name      string
		matcher   types.GomegaMatcher
		fits, not *harness.Result
		says      string
	}{
		{"Succeeded", expect.Succeeded(), quiet, failed, "exit code 3"},
		{"FailedWith", expect.FailedWith("oops"), failed, quiet, "ended well"},
		{"FailedWith other text", expect.FailedWith("oops"), failed, run("echo other; exit 1"), "other"},
		{"NoCalls", expect.NoCalls(), quiet, nil, ""},
		{"Diagnosed", expect.Diagnosed(diagnose.ProgramFailed), failed, quiet, "found nothing wrong"},
		{"NoFindings", expect.NoFindings(), quiet, failed, "program-failed"},
		{"Fine", expect.Fine(), quiet, failed, "oops"},
		{"Fine, with a failure that was caught", expect.Fine(), quiet, caught, "swallowed-failure"},
		{"NoSecretIn", expect.NoSecretIn(quiet.Stdout), quiet, nil, ""},
		{"Accepted", gomega.Not(expect.Accepted("bedrock:Converse", "x")), quiet, nil, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if ok, err := row.matcher.Match(row.fits); err != nil || !ok {
				t.Errorf("does not match: %v", err)
			}
			if row.not == nil {
				return
			}
			if ok, err := row.matcher.Match(row.not); err != nil || ok {
				t.Fatalf("matches: %v", err)
			}
			if said := row.matcher.FailureMessage(row.not); !strings.Contains(said, row.says) || !strings.Contains(said,
				"host vercel") {
				t.Errorf("says %q", said)
			}
		})
	}
	if ok, _ := expect.NoSecretIn(leaky.Stdout).Match(leaky); ok {
		t.Error("NoSecretIn overlooks a secret")
	}
	if _, err := expect.NoCalls().Match("something else"); err == nil {
		t.Error("a matcher takes what is not a result")
	}
}

func TestRefusedAndAccepted(t *testing.T) {
	need.Program(t, "curl", "install it")
	d := harness.StartTest(t, "local", harness.WithIsolation("endpoint"))
	r, err := d.Run(t.Context(), harness.Command("sh", "-c", unsigned))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name    string
		matcher types.GomegaMatcher
		matches bool
	}{
		{"right code", expect.Refused("bedrock:Converse", "AccessDeniedException"), true},
		{"right code and message", expect.Refused("bedrock:Converse", "AccessDeniedException",
			"Authorization header is missing"), true},
		{"wrong code", expect.Refused("bedrock:Converse", "UnrecognizedClientException"), false},
		{"wrong message", expect.Refused("bedrock:Converse", "AccessDeniedException", "x"), false},
		{"another call", expect.Refused("s3:GetObject", "AccessDenied"), false},
		{"accepted", expect.Accepted("bedrock:Converse", "anonymous"), false},
		{"unsigned", expect.Diagnosed(diagnose.Unsigned), true},
		{"mixed", expect.MixedCredentials("A", "B"), false},
		{"no calls", expect.NoCalls(), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if ok, err := row.matcher.Match(r); err != nil || ok != row.matches {
				t.Errorf("%v, %v; want %v\n%s", ok, err, row.matches, row.matcher.FailureMessage(r))
			}
		})
	}
}

// TestAnAcceptedCallSucceeded: a caller that is known, and whose operation then
// failed, is not what Accepted speaks of.
func TestAnAcceptedCallSucceeded(t *testing.T) {
	const me = "arn:aws:iam::123456789012:user/app"
	for status, want := range map[int]bool{200: true, 204: true, 301: false, 404: false, 409: false, 503: false} {
		r := &harness.Result{Exchanges: []mockaws.Exchange{{Seq: 1, Call: "s3:GetObject", Status: status,
			Verdict: mockaws.Verdict{Accepted: true, Principal: me}}}}
		if ok, err := expect.Accepted("s3:GetObject", me).Match(r); err != nil || ok != want {
			t.Errorf("status %d: %v, %v", status, ok, err)
		}
	}
}

// TestAnsweredWantsARequest: without a request nothing was answered.
func TestAnsweredWantsARequest(t *testing.T) {
	visit := func(path string, status int) ledger.Visit { return ledger.Visit{Path: path, Status: status} }
	for _, row := range []struct {
		name   string
		visits []ledger.Visit
		paths  []string
		want   bool
	}{
		{"nothing", nil, nil, false},
		{"nothing, of a path", nil, []string{"/a"}, false},
		{"as wanted", []ledger.Visit{visit("/a", 200)}, nil, true},
		{"another path", []ledger.Visit{visit("/b", 200)}, []string{"/a"}, false},
		{"one of two", []ledger.Visit{visit("/a", 200), visit("/b", 500)}, nil, false},
		{"the other of two", []ledger.Visit{visit("/a", 200), visit("/b", 500)}, []string{"/a"}, true},
	} {
		ok, err := expect.Answered(200, row.paths...).Match(&harness.Result{Visits: row.visits})
		if err != nil || ok != row.want {
			t.Errorf("%s: %v, %v", row.name, ok, err)
		}
	}
}
