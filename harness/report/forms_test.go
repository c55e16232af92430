package report_test

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/report"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// table is a report's table, as wide as it is without a terminal.
func table(t *testing.T, r *report.Report) string {
	t.Helper()
	return written(t, func(w io.Writer) error { return r.WriteTable(w, report.TableStyle{}) })
}

// small is a report of one cell.
func small(c report.Cell) *report.Report {
	c.Host, c.Subject, c.Strategy = "h", "s", "env"
	return &report.Report{Schema: report.Schema, Planned: 1, Duration: 59 * time.Second,
		Started: time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC),
		Hosts:   []report.Host{{Name: "h"}},
		Subjects: []report.Subject{{Name: "s", Call: "s3:ListBuckets",
			Strategies: []report.Strategy{{Name: "env", Title: "the environment"}}}},
		Cells: []report.Cell{c}}
}

// TestTableTellsAllOfACell has a cell with something of everything, and the whole of
// what is to be read of it.
func TestTableTellsAllOfACell(t *testing.T) {
	c := report.Cell{
		Status:     report.Status{Outcome: report.Refused, As: "user app", Code: "AccessDenied"},
		Expected:   &report.Expectation{Because: "It has no role.", Source: "https://example.com/why"},
		Unexpected: "outcome refused, not accepted", Problem: "a problem",
		Run: &report.Run{
			Settings: []string{"--bucket uploads", "--bearer"}, TimedOut: true, Duration: 61400 * time.Millisecond,
			Elsewhere: []string{"looked elsewhere", "and there"}, Error: "Error: no",
			Exchanges: []report.Exchange{
				{Seq: 1, Call: "sts:GetCallerIdentity", Accepted: true, Principal: "arn:aws:iam::1:user/app"},
				{Seq: 2, Call: "s3:ListBuckets", Status: 403, Code: "AccessDenied", Stage: "authorize",
					Reason:      "denied",
					Credentials: []report.Part{{Name: "key id", Shown: "AKIAX", From: "AWS_ACCESS_KEY_ID"}},
					Canonical:   &report.Canonical{Line: 2, Name: "path", Ours: "/a%2520", Theirs: "/a%20"}},
				{Seq: 3, Call: "s3:ListBuckets", Status: 500, Code: "InternalError",
					Canonical: &report.Canonical{Name: "no line"}},
			},
			Findings: []report.Finding{{Kind: "not-allowed", What: "AWS said no.", Why: "No policy allows it.",
				Change: "Allow it."}, {Kind: "other", What: "That too.", Change: "Change it."}},
		},
	}
	want := `host │  1 
h    │ *✗ 

s, s3:ListBuckets
   1  env: the environment

1 cell: ✗ 1 refused by AWS


1 not as expected (*):

h / s / env: refused by AWS, called as user app, AccessDenied
not as expected: outcome refused, not accepted
known: It has no role.
see: https://example.com/why
a problem
settings: --bucket uploads --bearer
its time was up after 1m1s: give it more with --timeout, or fewer runs at a time with --parallel
#1 sts:GetCallerIdentity: accepted as arn:aws:iam::1:user/app
#2 s3:ListBuckets: 403 AccessDenied, refused at authorize: denied
  key id: AKIAX <- AWS_ACCESS_KEY_ID
  canonical request, line 2 (path):
    AWS:    /a%2520
    client: /a%20
#3 s3:ListBuckets: 500 InternalError
looked elsewhere
and there
the program failed: Error: no
not-allowed: AWS said no.
  why: No policy allows it.
  change: Allow it.
other: That too.
  change: Change it.
`
	if got := table(t, small(c)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var b bytes.Buffer
	if err := small(c).WriteTable(&b, report.TableStyle{Colour: true}); err != nil ||
		!strings.Contains(b.String(), "h    │ *\x1b[31m✗\x1b[0m \n") {
		t.Errorf("%v, without colours:\n%s", err, b.String())
	}
}

// TestEveryOutcomeInATable: sign, words and colour of each, and a cell of which nothing
// is here.
func TestEveryOutcomeInATable(t *testing.T) {
	for outcome, want := range map[report.Outcome][3]string{
		report.Accepted: {"✓", "accepted", "32"}, report.Refused: {"✗", "refused by AWS", "31"},
		report.NoCall: {"∅", "no AWS call", "35"}, report.Failed: {"!", "accepted, and the subject failed", "33"},
		report.Broken: {"?", "not judged", "33"}, report.Skipped: {"-", "skipped", "2"},
	} {
		r := small(report.Cell{Status: report.Status{Outcome: outcome}, Problem: "no cargo",
			Expected: &report.Expectation{Because: "It is so.", Source: "https://example.com"}})
		var b bytes.Buffer
		if err := r.WriteTable(&b, report.TableStyle{Colour: true}); err != nil {
			t.Fatal(err)
		}
		sign := "\x1b[" + want[2] + "m" + want[0] + "\x1b[0m"
		lines := []string{"h    │  " + sign + " \n", "\n1 cell: " + sign + " 1 " + want[1] + "\n"}
		if outcome == report.Skipped {
			lines = append(lines, "\nskipped s: no cargo\n", "all that ran as expected\n")
		} else {
			lines = append(lines, "\nall as expected\n")
		}
		if outcome != report.Accepted {
			lines = append(lines, sign+" 1 of s: It is so. (https://example.com)\n  on h\n")
		}
		for _, line := range lines {
			if !strings.Contains(b.String(), line) {
				t.Errorf("%s: no %q in\n%s", outcome, line, b.String())
			}
		}
	}
	r := small(report.Cell{Status: report.Status{Outcome: report.Accepted}, Expected: &report.Expectation{}})
	r.Hosts = append(r.Hosts, report.Host{Name: "longer"})
	r.Partial = "interrupted"
	r.Subjects[0].Call = ""
	for _, want := range []string{"host   │  1 \nh      │  ✓ \nlonger │  · \n", "\ns\n   1  env",
		"\npartial, interrupted: this report has what was done until then\n", "all that ran as expected\n"} {
		if got := table(t, r); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	r.Partial = ""
	if got := table(t, r); !strings.HasSuffix(got, "\nall as expected\n") {
		t.Errorf("got\n%s", got)
	}
}

// TestReasonsCountAndName: the reason of most cells first, and no more than six names.
func TestReasonsCountAndName(t *testing.T) {
	r := small(report.Cell{})
	r.Cells = nil
	for i := range 8 {
		because, subject := "Many.", fmt.Sprint("s", i%7)
		if i == 0 {
			because = "One."
		}
		r.Cells = append(r.Cells, report.Cell{Host: "h", Subject: subject, Strategy: "env",
			Status: report.Status{Outcome: report.Refused}, Expected: &report.Expectation{Because: because}})
	}
	got := table(t, r)
	many, one := strings.Index(got, "✗ 7 of s1, s2, s3, s4, s5, s6 and 1 more: Many.\n  on h\n"),
		strings.Index(got, "✗ 1 of s0: One.\n  on h\n")
	if many < 0 || one < many {
		t.Errorf("got\n%s", got)
	}
	r.Cells = r.Cells[:7]
	if got := table(t, r); !strings.Contains(got, "✗ 6 of s1, s2, s3, s4, s5, s6: Many.") {
		t.Errorf("got\n%s", got)
	}
}

// TestPageSaysHowLongAndWhat: the time it took, and the headline.
func TestPageSaysHowLongAndWhat(t *testing.T) {
	for took, want := range map[time.Duration]string{
		59400 * time.Millisecond: "in 59 s.", 59500 * time.Millisecond: "in 1 min 0 s.",
		125 * time.Second: "in 2 min 5 s.",
	} {
		r := small(report.Cell{Status: report.Status{Outcome: report.Accepted}, Expected: &report.Expectation{}})
		r.Duration = took
		if page := written(t, r.WriteHTML); !strings.Contains(page, want) || !strings.Contains(page,
			">The cell is as expected<") {
			t.Errorf("%v: no %q, or another headline", took, want)
		}
	}
	r := small(report.Cell{Status: report.Status{Outcome: report.Accepted, As: "user app",
		Finding: "platform-principal"}})
	page := written(t, r.WriteHTML)
	for _, want := range []string{">1 of 1 cell not as expected: 1 cause<", `class="tile accepted off note"`,
		`data-cell="0"`, `<a href="#h/s/env">h</a>`,
		`title="accepted, called as user app; with a note: platform-principal; not as expected"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	r.Cells = append(r.Cells, r.Cells[0])
	r.Cells[0].Expected, r.Cells[1].Expected = &report.Expectation{}, &report.Expectation{}
	r.Cells[1].Finding = ""
	if page := written(t, r.WriteHTML); !strings.Contains(page, ">Works on all 2 hosts<") {
		t.Error("another headline")
	}
}

// TestCauses: what is not as expected is told by cause, that of most hosts first, each
// host once for what to change there.
func TestCauses(t *testing.T) {
	r := small(report.Cell{})
	r.Cells = nil
	add := func(host, strategy string, outcome report.Outcome, unexpected, change string) {
		c := report.Cell{Host: host, Subject: "s", Strategy: strategy, Unexpected: unexpected,
			Status: report.Status{Outcome: outcome}, Expected: &report.Expectation{}, Run: &report.Run{}}
		if change != "" {
			c.Run.Findings = []report.Finding{
				{Kind: "hint", Hazard: true},
				{Kind: "unsigned", What: "It was.", Change: change},
			}
		}
		r.Cells = append(r.Cells, c)
	}
	add("a", "env", report.Failed, "failed, not accepted", "")
	add("b/c", "env", report.Refused, "refused, not accepted", "One.")
	add("b/c", "file", report.Refused, "refused, not accepted", "One.")
	add("b/c", "other", report.Refused, "refused, not accepted", "Two.")
	add("d", "env", report.Refused, "refused, not accepted", "Two.")
	add("e", "env", report.Accepted, "", "")
	add("f", "env", report.Refused, "", "")
	add("g", "env", report.Skipped, "", "")
	want := []report.Cause{
		{Kind: "unsigned", Why: "It was.", Hosts: 2, Ways: []report.Mending{
			{Change: "One.", Cells: []report.CauseCell{{Host: "b/c", Link: "#b%2Fc/s/env", More: 1}}},
			{
				Change: "Two.",
				Cells:  []report.CauseCell{{Host: "b/c", Link: "#b%2Fc/s/other"}, {Host: "d", Link: "#d/s/env"}},
			},
		}},
		{Kind: "accepted, and the subject failed", Why: "failed, not accepted", Hosts: 1, Ways: []report.Mending{
			{Cells: []report.CauseCell{{Host: "a", Link: "#a/s/env"}}}}},
	}
	if got := r.Causes(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	text := ">Works on 1 host, breaks on 5, is refused on 1, as is known, was not run on 1: 2 causes<"
	if page := written(t, r.WriteHTML); !strings.Contains(page, text) {
		t.Errorf("the page does not say %s", text)
	}
}

// TestJUnitOfACell is the whole file, with times in seconds.
func TestJUnitOfACell(t *testing.T) {
	r := small(report.Cell{Status: report.Status{Outcome: report.Refused},
		Expected: &report.Expectation{}, Run: &report.Run{Duration: 1234 * time.Millisecond}})
	r.Cells[0].Subject = "s@1.2.3"
	r.Partial = "interrupted"
	want, err := os.ReadFile("testdata/cell.junit.xml")
	if err != nil {
		t.Fatal(err)
	}
	if got := written(t, r.WriteJUnit); got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestRunTellsAllOfAResult has a result with something of everything, and the lines
// that a report has of it.
func TestRunTellsAllOfAResult(t *testing.T) {
	refusal := verdict.Because(verdict.StageAuthenticate, verdict.UnknownKey{}, "no such key")
	throttled := fault.Throttle(1)
	r := &harness.Result{
		Subject: "node a.mjs", Isolation: "sandbox", Why: "why", Mock: "embedded", ExitCode: 3, Signal: "killed",
		TimedOut: true, Duration: time.Second, Stderr: []byte("\nError: it broke\n"), Stdout: []byte("printed"),
		Exchanges: []mockaws.Exchange{
			{
				Seq:       41,
				Call:      "s3:ListBuckets",
				Action:    "s3:ListAllMyBuckets",
				Resource:  "arn:aws:s3:::*",
				Method:    "GET",
				Host:      "s3.amazonaws.com",
				Path:      "/",
				Query:     "x-id=ListBuckets",
				TLS:       true,
				Status:    200,
				Verdict:   verdict.Verdict{Accepted: true, Principal: "arn:aws:iam::1:user/team/app"},
				Canonical: "GET\n/",
			},
			{
				Seq:        42,
				Call:       "s3:GetObject",
				Method:     "GET",
				Host:       "127.0.0.1:1",
				Path:       "/b/k",
				Status:     403,
				Code:       "InvalidAccessKeyId",
				Message:    "The key",
				Confidence: "V",
				Source:     "https://example.com",
				Verdict:    verdict.Verdict{Refusal: refusal},
				Explanation: &exchange.Explanation{
					CanonicalRequest: "GET\n/b",
					Mistake:          "wrong",
					Line:             2,
					Name:             "path",
					Ours:             "/b",
					Theirs:           "/a",
				},
				Fault: &throttled,
			},
		},
		NameFailures: []ledger.NameFailure{{Name: "sts.amazonaws.com", Fault: fault.Throttle(1)}},
		Probes:       []ledger.Probe{{Target: "instance metadata", Method: "GET", Path: "/latest"}},
		Refused: []seen.Attempt{{Network: "tcp", Addr: netip.MustParseAddr("10.0.0.5"), Port: 80},
			{Network: "tcp", Addr: netip.MustParseAddr("127.0.0.1"), Port: 99}},
		TLSFailures: []seen.TLSFailure{{Name: "s3.amazonaws.com", Problem: "unknown CA"}},
		Diagnosis: ledger.Diagnosis{
			Traces: []ledger.Trace{{Seq: 42, KeyID: ledger.Part{
				Shown:     "AKIAX",
				Variables: []string{"AWS_ACCESS_KEY_ID"},
				SetBy:     ledger.ByUser,
				Owner:     "arn:aws:iam::1:user/app",
			}, Region: ledger.Part{Shown: "us-east-1"}}},
			Findings: []ledger.Finding{{Kind: "hazard", Hazard: true, What: "Call #41 is fine.", Change: "c"},
				{Kind: "unknown-key", Seq: 42, What: "Call #42 failed, not #7.", Why: "Of #41.", Change: "Change.",
					Source: "https://example.com/s", Confidence: "V"}},
		},
	}
	run, status := of(r)
	if run.Command != "node a.mjs" || run.Isolation != "sandbox" || run.Why != "why" || run.Mock != "embedded" ||
		run.ExitCode != 3 || run.Signal != "killed" || !run.TimedOut || run.Duration != time.Second ||
		run.Said != "Error: it broke" || run.Error != "Error: it broke" {
		t.Errorf("got %+v", run)
	}
	if want := (report.Status{Outcome: report.Refused, As: "user app", Code: "InvalidAccessKeyId",
		Finding: "unknown-key"}); status != want {
		t.Errorf("got %+v, want %+v", status, want)
	}
	first, second := run.Exchanges[0], run.Exchanges[1]
	if first.Seq != 1 || first.URL != "https://s3.amazonaws.com/?x-id=ListBuckets" || !first.Accepted ||
		first.Principal != "arn:aws:iam::1:user/team/app" || first.Action != "s3:ListAllMyBuckets" ||
		first.Resource != "arn:aws:s3:::*" || first.Canonical == nil ||
		first.Canonical.Mistake != "the signature is right" ||
		first.Canonical.Request != "GET\n/" || first.Credentials != nil {
		t.Errorf("got %+v", first)
	}
	if second.Seq != 2 || second.URL != "http://127.0.0.1:1/b/k" || second.Accepted || second.Stage != "authenticate" ||
		second.Reason != string(verdict.KeyUnknown) || second.Detail != "no such key" ||
		second.Code != "InvalidAccessKeyId" ||
		second.Message != "The key" || second.Confidence != "V" || second.Source != "https://example.com" ||
		second.Status != 403 || second.Call != "s3:GetObject" ||
		second.Method != "GET" {
		t.Errorf("got %+v", second)
	}
	if want := (report.Canonical{Request: "GET\n/b", Mistake: "wrong", Line: 2, Name: "path", Ours: "/b",
		Theirs: "/a"}); second.Canonical == nil || *second.Canonical != want {
		t.Errorf("got %+v", second.Canonical)
	}
	if want := []report.Part{{Name: "key id", Shown: "AKIAX", From: "AWS_ACCESS_KEY_ID (set by the user)",
		Owner: "arn:aws:iam::1:user/app"}, {Name: "region", Shown: "us-east-1",
		From: ledger.Part{}.From()}}; fmt.Sprint(
		second.Credentials) != fmt.Sprint(want) {
		t.Errorf("got %+v, want %+v", second.Credentials, want)
	}
	// Calls are counted from 1 within the run; what is no call of it stays.
	if want := []report.Finding{{Kind: "unknown-key", Seq: 2, What: "Call #2 failed, not #7.", Why: "Of #1.",
		Change: "Change.", Source: "https://example.com/s", Confidence: "V"}, {Kind: "hazard", Hazard: true,
		What: "Call #1 is fine.", Change: "c"}}; fmt.Sprint(run.Findings) != fmt.Sprint(want) {
		t.Errorf("got %+v, want %+v", run.Findings, want)
	}
	for _, want := range []string{"lookup of the name sts.amazonaws.com: ", "call #2, s3:GetObject: ",
		"looked for credentials at instance metadata, GET /latest: this host has none there",
		"tried to reach 10.0.0.5:80 (tcp): refused, for nothing may leave",
		"called itself at 127.0.0.1:99 (tcp): nothing listened there",
		"TLS to s3.amazonaws.com came to nothing: unknown CA"} {
		if !strings.Contains(strings.Join(run.Elsewhere, "\n"), want) {
			t.Errorf("no %q in %q", want, run.Elsewhere)
		}
	}
	if len(run.Elsewhere) != 6 {
		t.Errorf("got %q", run.Elsewhere)
	}
}

// TestWhoMadeTheCalls names principals in a word or two.
func TestWhoMadeTheCalls(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:iam::111122223333:user/team/app":                   "user app",
		"arn:aws:iam::111122223333:user/app":                        "user app",
		"arn:aws:sts::111122223333:assumed-role/app-task/session":   "role app-task",
		"arn:aws:sts::111122223333:federated-user/guest":            "session of guest",
		"arn:aws:sts::999988887777:assumed-role/vercel-function/fn": "platform",
		"arn:aws:iam::111122223333:root":                            "arn:aws:iam::111122223333:root",
		"anonymous":                                                 "anonymous",
	} {
		r := &harness.Result{
			Exchanges: []mockaws.Exchange{{Verdict: verdict.Verdict{Accepted: true, Principal: arn}}},
		}
		_, status := report.Of(r, &fixtures.Host{Name: "h", Platform: &fixtures.Platform{Account: "999988887777"}})
		if status.As != want {
			t.Errorf("%s: got %q, want %q", arn, status.As, want)
		}
	}
}

// TestWhatASubjectSaid: on standard error or else on standard output, or a Go func's
// error; without what looks like a secret.
func TestWhatASubjectSaid(t *testing.T) {
	for _, row := range []struct {
		name, want string
		result     harness.Result
	}{
		{"standard error", "b", harness.Result{Stdout: []byte("a"), Stderr: []byte("b")}},
		{"standard output", "a", harness.Result{Stdout: []byte("a\n"), Stderr: []byte(" \n")}},
		{"a func", "c", harness.Result{Stderr: []byte("b"), Err: fmt.Errorf("c")}},
		{"39 letters", strings.Repeat("a", 39), harness.Result{Stderr: []byte(strings.Repeat("a", 39))}},
		{"40 letters", "<40 characters>", harness.Result{Stderr: []byte(strings.Repeat("a", 40))}},
	} {
		if run, _ := of(&row.result); run.Said != row.want {
			t.Errorf("%s: got %q, want %q", row.name, run.Said, row.want)
		}
	}
}

// TestVariablesAsShown: which values show, whole or to the end of the line.
func TestVariablesAsShown(t *testing.T) {
	token := "IQoJb3JpZ2luX2Vj" + strings.Repeat("a", 100)
	for _, row := range []struct {
		v    ledger.Variable
		want string
	}{
		{ledger.Variable{Name: "EMPTY", SetBy: ledger.ByUser}, `""`},
		{ledger.Variable{Name: "KEY", Value: "AKIAIOSFODNN7EXAMPLE", SetBy: ledger.ByUser}, "AKIAIOSFODNN7EXAMPLE"},
		{ledger.Variable{Name: "KEY", Value: "ASIAIOSFODNN7EXAMPLE", SetBy: ledger.ByUser}, "ASIAIOSFODNN7EXAMPLE"},
		{ledger.Variable{Name: "KEY", Value: "AIDAIOSFODNN7EXAMPLE", SetBy: ledger.ByUser}, "20 characters"},
		{ledger.Variable{Name: "TEXT", Value: strings.Repeat("é", 15), SetBy: ledger.ByUser}, "15 characters"},
		{ledger.Variable{Name: "TEXT", Value: strings.Repeat("x", 15), SetBy: ledger.ByUser}, strings.Repeat("x", 15)},
		{ledger.Variable{Name: "TEXT", Value: strings.Repeat("x", 16), SetBy: ledger.ByUser}, "16 characters"},
		{ledger.Variable{Name: "TEXT", Value: strings.Repeat("x", 16), SetBy: ledger.ByHost}, strings.Repeat("x", 16)},
		{ledger.Variable{Name: "LINES", Value: "a\nb", SetBy: ledger.ByHost}, "a …"},
		{ledger.Variable{Name: "LINES", Value: "a\n", SetBy: ledger.ByHost}, "a"},
		{ledger.Variable{Name: "A_TOKEN", Value: token, SetBy: ledger.ByHost}, "116 characters, IQoJb3Jp…"},
		{ledger.Variable{Name: "A_TOKEN", Value: token[:100], SetBy: ledger.ByHost}, "100 characters"},
		{ledger.Variable{Name: "A_SECRET", Value: token, SetBy: ledger.ByHost}, "116 characters"},
	} {
		run, _ := of(&harness.Result{Environment: []ledger.Variable{row.v}})
		if shown := run.Environment[0].Shown; shown != row.want {
			t.Errorf("%s=%s: shown as %q, want %q", row.v.Name, row.v.Value, shown, row.want)
		}
		if run.Environment[0].SetBy != string(row.v.SetBy) {
			t.Errorf("%s is set by %s", row.v.Name, run.Environment[0].SetBy)
		}
	}
}

// TestPictureKeepsCellsApart: every cell, and every mark of the legend, in its own place
// within the picture's margin.
func TestPictureKeepsCellsApart(t *testing.T) {
	r := sample()
	text := written(t, r.WriteSVG)
	seen := map[string]bool{}
	for _, class := range []string{"ok", "bad", "none", "warn", "warn-mark"} {
		_, after, _ := strings.Cut(text, `<path class="`+class+`" d="`)
		path, _, _ := strings.Cut(after, `"`)
		for _, move := range strings.Split(path, "M")[1:] {
			var x, y float64
			if _, err := fmt.Sscanf(move, "%g %g", &x, &y); err != nil {
				t.Fatal(err)
			}
			at := fmt.Sprint(x, " ", y)
			if seen[at] || x < 10 || y < 10 {
				t.Errorf("two marks at %s, or one outside", at)
			}
			seen[at] = true
		}
	}
	if !strings.Contains(text, "<title>2 hosts, 2 subjects, 10 cells</title>") {
		t.Error("another title")
	}
}
