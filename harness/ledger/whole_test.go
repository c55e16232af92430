package ledger_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// TestAWholeResult is everything that a person reads of a run in which something of
// everything happened.
func TestAWholeResult(t *testing.T) {
	throttled := fault.Throttle(1)
	refusal := verdict.Because(verdict.StageAuthenticate, verdict.UnknownKey{}, "no such key")
	r := &ledger.Result{
		Host: "h", Isolation: "endpoint", Mock: "embedded", Subject: "node a.mjs", Why: "no namespaces",
		Limits: []string{"one", "two"}, ExitCode: 3, Stderr: []byte("Error: it broke\n"),
		Hidden: []string{"A", "B"},
		Lookups: []metadata.Lookup{{Endpoint: "meta", Method: "GET", Path: "/latest", Status: 401,
			Note: "a token is required"}},
		NameFailures: []ledger.NameFailure{{Name: "sts.amazonaws.com", Fault: fault.NXDomain(1)}},
		Exchanges: []exchange.Exchange{
			{Seq: 1, Call: "sts:GetCallerIdentity", Method: "POST", Host: "sts.amazonaws.com", Path: "/", Status: 200,
				Verdict: verdict.Verdict{Accepted: true, Principal: "arn:aws:iam::1:user/app"}},
			{Seq: 2, Call: "s3:GetObject", Method: "GET", Host: "s3.amazonaws.com", Path: "/b/k", Status: 403,
				Code: "InvalidAccessKeyId", Message: "It does not exist.", Confidence: "V",
				Source: "https://example.com",
				Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", Verdict: verdict.Verdict{Refusal: refusal},
				Explanation: &exchange.Explanation{Line: 2, Name: "path", Ours: "/a", Theirs: "/b"}},
			{Seq: 3, Call: "s3:PutObject", Method: "PUT", Host: "s3.amazonaws.com", Path: "/b/k", Fault: &throttled,
				Verdict:     verdict.Verdict{Accepted: true, Principal: "arn:aws:iam::1:user/app"},
				Explanation: &exchange.Explanation{CanonicalRequest: "PUT\n/b/k"}},
		},
		Probes: []ledger.Probe{{Target: "instance metadata", Method: "GET", Path: "/latest"}},
		Refused: []seen.Attempt{{Network: "tcp", Addr: netip.MustParseAddr("127.0.0.1"), Port: 99, Count: 1},
			{Network: "tcp", Addr: netip.MustParseAddr("10.0.0.5"), Port: 80, Count: 1}},
		Unrecorded:  7,
		TLSFailures: []seen.TLSFailure{{Name: "s3.amazonaws.com", Problem: "unknown CA", Count: 1}},
		Unstruck:    []ledger.UnstruckFault{{Endpoint: "meta", Planned: fault.Planned{Fault: throttled}}},
		Diagnosis: ledger.Diagnosis{
			Traces: []ledger.Trace{{Seq: 2, KeyID: ledger.Part{Shown: "AKIAX", Variables: []string{"AWS_ACCESS_KEY_ID"},
				SetBy: ledger.ByUser, Owner: "arn:aws:iam::1:user/app"}, Token: ledger.Part{Shown: "9 characters",
				File: "/f"},
				Endpoint: ledger.Part{Shown: "s3.amazonaws.com"}}},
			Findings: []ledger.Finding{
				{Kind: "unknown-key", Seq: 2, Also: []int64{3}, What: "The key is not known.", Why: "It was deleted.",
					Change: "Make a new one.", Source: "https://example.com/s", Confidence: "L"},
				{Kind: "hazard", Hazard: true, What: "It may end.", Change: "Renew it.",
					Source: "https://example.com/h", Confidence: "V"}},
		},
	}
	const want = `host h, isolation endpoint, mock embedded: node a.mjs
no sandbox: no namespaces
isolation endpoint: one; two
the subject failed: exit 3: Error: it broke
this host shows the project's variables to builds alone, and not to programs: A, B

asked the host's endpoint meta: GET /latest: 401 (a token is required)

LOOKUP

#1 sts:GetCallerIdentity  POST sts.amazonaws.com/
  verdict: ACCEPTED
  answer:  200

#2 s3:GetObject  GET s3.amazonaws.com/b/k
  verdict: REFUSED
  answer:  403 InvalidAccessKeyId: It does not exist.  [as AWS answers: verified, https://example.com]
  asked:   s3:GetObject on arn:aws:s3:::b/k
  key id:  AKIAX  <- AWS_ACCESS_KEY_ID (set by the user), of arn:aws:iam::1:user/app
  token:   9 characters  <- the file /f
  canonical request, line 2 (path):
    AWS:    /a
    client: /b

#3 s3:PutObject  PUT s3.amazonaws.com/b/k
  verdict: ACCEPTED
  answer:  none
  fault:   FAULT
  canonical request as AWS has it:
    PUT
    /b/k

looked for credentials at instance metadata, GET /latest: this host has none there

called itself, and nothing listened there: 127.0.0.1:99 (tcp)

refused, for nothing may leave: 10.0.0.5:80 (tcp)

refused besides, too fast to be listed: 7

TLS to s3.amazonaws.com came to nothing: unknown CA

PLANNED AND NEVER STRUCK: of the host's endpoint meta: PLANNED: this run does not show what becomes of that fault

diagnosis
  unknown-key
    The key is not known. The same holds for call #3.
    why:    It was deleted.
    change: Make a new one.
    see:    https://example.com/s (likely)

hazards: nothing failed by them in this run
  hazard
    It may end.
    change: Renew it.
    see:    https://example.com/h
`
	filled := strings.NewReplacer("LOOKUP", r.NameFailures[0].String(), "REFUSED", r.Exchanges[1].Verdict.String(),
		"ACCEPTED", r.Exchanges[0].Verdict.String(), "FAULT", throttled.Injected(), "PLANNED:",
		r.Unstruck[0].Planned.String()+":").Replace(
		strings.Replace(want, "PLANNED AND", "planned and", 1))
	filled = strings.Replace(filled, "planned and NEVER", "PLANNED AND NEVER", 1)
	if got := r.String(); got != filled {
		t.Errorf("got\n%s\nwant\n%s", got, filled)
	}
	if got := (&ledger.Result{Host: "h", Isolation: "sandbox", Mock: "embedded", Subject: "x"}).String(); got !=
		"host h, isolation sandbox, mock embedded: x\nthe subject ended with exit code 0\n\nno AWS call "+
			"reached the mock\n" {
		t.Errorf("got %q", got)
	}
	r.Stdout = []byte("out\n")
	if got, want := ledger.InFull(r).String(), filled+"\nit printed to standard error:\n  Error: it broke\n"+
		"\nit printed to standard output:\n  out\n"; got != want || r.FailureText() != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r.Watch()
	if got := r.FailureText(); strings.Contains(got, "#1 sts") || !strings.HasPrefix(got,
		"host h, isolation endpoint, mock "+
			"embedded: node a.mjs\nthe subject failed: exit 3: Error: it broke\n\nit printed to standard error:") ||
		!strings.HasSuffix(got, "\nThe AWS calls are listed at the end of the test.\n") || !strings.Contains(got,
		"\ndiagnosis\n") {
		t.Errorf("got\n%s", got)
	}
}

// TestHowARunEnded, in one line each.
func TestHowARunEnded(t *testing.T) {
	one := ledger.Diagnosis{Findings: []ledger.Finding{{Kind: "a"}}}
	two := ledger.Diagnosis{Findings: []ledger.Finding{{Kind: "a"}, {Kind: "b"}, {Kind: "c", Hazard: true}}}
	for _, row := range []struct {
		r    ledger.Result
		want string
	}{
		{ledger.Result{}, "the subject ended with exit code 0"},
		{ledger.Result{Diagnosis: one},
			"the subject ended with exit code 0, but there is a problem: see the diagnosis"},
		{ledger.Result{Diagnosis: two},
			"the subject ended with exit code 0, but there are 2 problems: see the diagnosis"},
		{ledger.Result{Interrupted: "SIGINT", Duration: 1500400 * time.Microsecond, ExitCode: -1},
			"interrupted by SIGINT after 1.5s: this is what it did until then"},
		{ledger.Result{Stopped: true, Duration: time.Second, Diagnosis: one},
			"the subject served until it was stopped, after 1s, but there is a problem: see the diagnosis"},
		{ledger.Result{TimedOut: true, Duration: time.Second, Signal: "killed"},
			"the subject was stopped: its time (1s) was up"},
		{ledger.Result{Signal: "killed", ExitCode: -1}, "the subject was ended by signal: killed"},
		{ledger.Result{Err: errors.New("no"), ExitCode: 1}, "the subject failed: no"},
		{ledger.Result{ExitCode: 2}, "the subject failed: exit 2"},
		{ledger.Result{ExitCode: 2, Stdout: []byte("Error: x")}, "the subject failed: exit 2: Error: x"},
	} {
		if got := strings.Split(row.r.String(), "\n")[1]; got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

// TestWhatWasInjected: lookups of names, requests to endpoints, calls, and what struck
// behind a call.
func TestWhatWasInjected(t *testing.T) {
	f := fault.Throttle(1)
	r := ledger.Result{
		NameFailures: []ledger.NameFailure{{Name: "n", Fault: f}},
		Lookups:      []metadata.Lookup{{Endpoint: "e", Method: "GET", Path: "/p", Fault: f.Kind}, {Endpoint: "quiet"}},
		Exchanges: []exchange.Exchange{{Seq: 1, Call: "a", Fault: &f}, {Seq: 2, Call: "b"},
			{Seq: 3, Call: "c", Verdict: verdict.Verdict{Refusal: verdict.Because(verdict.StageHandle,
				verdict.Failure{Injected: "keys were slow"}, "")}}},
	}
	want := []string{"lookup of the name n: " + f.Injected(),
		"request to the host's endpoint e: GET /p: no answer (throttle)",
		"call #1, a: " + f.Injected(), "behind call #3, c: " + fault.Mark + "keys were slow"}
	if got := r.Injected(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	planned := fault.Planned{Fault: f}
	if got := (ledger.UnstruckFault{Planned: planned}).String(); got != planned.String() {
		t.Errorf("got %q", got)
	}
}

// TestAsked: how often a place was asked, and with which answers.
func TestAsked(t *testing.T) {
	at := time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC)
	a := &ledger.Asked{}
	if got := a.String(); got != "not seen" {
		t.Errorf("got %q", got)
	}
	a.Seen = true
	if got := a.String(); got != "never" {
		t.Errorf("got %q", got)
	}
	a.Note(at, 1, "200")
	if got := a.String(); got != "once: 200" || !a.First.Equal(at) {
		t.Errorf("got %q", got)
	}
	a.Note(at.Add(time.Second), 2, "200")
	a.Note(at.Add(time.Minute), 1, "refused with 401")
	a.Note(at.Add(time.Minute), 1, "")
	a.Note(at.Add(time.Minute), 1, ledger.NoAnswer+", x")
	a.In("1")
	a.In("")
	a.In("2")
	a.In("1")
	if got, want := a.String(), "6 times, version 1 and 2: 200; refused with 401; gave no answer, x"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !a.First.Equal(at) || !a.Last.Equal(at.Add(time.Minute)) ||
		a.Refusals() != "refused with 401; gave no answer, x" {
		t.Errorf("got %+v, %q", a, a.Refusals())
	}
}

// TestEnvironment: later settings win, and the order in which variables are shown.
func TestEnvironment(t *testing.T) {
	e := &ledger.Environment{}
	for _, v := range []ledger.Variable{{Name: "PATH", Value: "p", SetBy: ledger.ByBase}, {Name: "W", Value: "w",
		SetBy: ledger.ByWiring},
		{Name: "B", Value: "1", SetBy: ledger.ByHost}, {Name: "U", Value: "u", SetBy: ledger.ByUser},
		{Name: "A", Value: "a", SetBy: ledger.ByHost},
		{Name: "B", Value: "2", SetBy: ledger.ByUser}, {Name: "GONE", Value: "g", SetBy: ledger.ByHost}} {
		e.Set(v)
	}
	e.Unset("GONE")
	e.Unset("NONE")
	e.Hide("H")
	var got []string
	for _, v := range e.Variables() {
		got = append(got, v.Name+"="+v.Value+" "+string(v.SetBy)+" "+string(v.Overrides))
	}
	if want := "A=a host |B=2 user host|U=u user |W=w wiring |PATH=p base "; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", strings.Join(got, "|"), want)
	}
	if got := strings.Join(e.Environ(), " "); got != "PATH=p W=w B=2 U=u A=a" {
		t.Errorf("got %q", got)
	}
	if v, ok := e.Lookup("B"); v != "2" || !ok || e.SetBy("B") != ledger.ByUser || e.SetBy("NONE") != "" {
		t.Errorf("got %q, %t", v, ok)
	}
	if _, ok := e.Lookup("GONE"); ok || strings.Join(e.Removed(), " ") != "GONE" || strings.Join(e.Hidden(),
		" ") != "H" {
		t.Errorf("removed %q, hidden %q", e.Removed(), e.Hidden())
	}
}

// TestLinesAreCut: the last twenty of what a subject printed, each to what fits, and the
// first six of an answer.
func TestLinesAreCut(t *testing.T) {
	r := &ledger.Result{Stderr: []byte(strings.Repeat("line\n", 20) + strings.Repeat("x", 301))}
	full := ledger.InFull(r).String()
	if !strings.Contains(full, "\n  (1 more lines)\n  line\n") || strings.Count(full, "\n  line") != 19 ||
		!strings.Contains(full, "  "+strings.Repeat("x", 300)+"…\n") {
		t.Errorf("got\n%s", full)
	}
	r = &ledger.Result{Visits: []ledger.Visit{{Method: "GET", Path: "/p", Status: 200, Answer: strings.Repeat("qq\n",
		7), Calls: []int64{1, 2}}},
		Exchanges: []exchange.Exchange{{Seq: 1, Call: "c", Verdict: verdict.Verdict{Accepted: true}},
			{Seq: 2, Call: "d"}, {Seq: 3, Call: "e"}}}
	text := r.String()
	if strings.Count(text, "\n  qq") != 6 || !strings.Contains(text, "\n  …\n") ||
		!strings.Contains(text, "\n  meanwhile: #1 c, accepted\n  meanwhile: #2 d, refused\n") || strings.Contains(text,
		"meanwhile: #3") {
		t.Errorf("got\n%s", text)
	}
}

// TestRowsOfTheLedger: the columns of places, files, names and connections.
func TestRowsOfTheLedger(t *testing.T) {
	asked := ledger.Asked{Seen: true, Count: 1, Answers: []string{"200"}}
	opened := ledger.Asked{Seen: true, Count: 2, Answers: []string{"opened"}}
	for _, row := range []struct {
		row  ledger.Row
		want ledger.Texts
	}{
		{ledger.Row{Offer: fixtures.Offer{Name: "n"}}, ledger.Texts{Place: "n, which this host does not have",
			Asked: "not seen", Used: "-"}},
		{ledger.Row{Offer: fixtures.Offer{Name: "n", Kind: fixtures.OfferVariables, Variables: []string{"V", "W"}}},
			ledger.Texts{Place: "n, to which nothing leads here", How: "V, W", Asked: "not seen", Used: "-"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n", Ended: true, Role: "r", Variables: []string{"V"}}},
			ledger.Texts{Place: "n, which has ended", How: "V", Asked: "not seen", Used: "-"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n", Role: "r", Endpoint: "e", Files: []string{"/f"}},
			Asked: asked,
			Used:  []int64{1, 2, 3, 4}}, ledger.Texts{Place: "n (role r)", Asked: "once: 200",
			Used: "call #1, #2, #3, #4"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n", Files: []string{"/f"}}, Asked: opened,
			Used:      []int64{1, 2, 3, 4, 5},
			TokenOnly: []int64{6}}, ledger.Texts{Place: "n", Asked: "opened",
			Used: "call #1, #2, #3, #4 and 1 more; its token alone in call #6"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n", Files: []string{"/f"}},
			Asked: ledger.Asked{Seen: true}},
			ledger.Texts{Place: "n", Asked: "not opened", Used: "-"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n", Files: []string{"/f"}, Program: true},
			Asked: ledger.Asked{Seen: true}},
			ledger.Texts{Place: "n", Asked: "not started", Used: "-"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n", Files: []string{"/f"}}},
			ledger.Texts{Place: "n", Asked: "not seen", Used: "-"}},
		{ledger.Row{Sort: ledger.OfFile, Offer: fixtures.Offer{Name: "/f"}, Asked: opened}, ledger.Texts{Place: "/f",
			Asked: "opened", Used: "-"}},
		{ledger.Row{Sort: ledger.OfProcess, Offer: fixtures.Offer{Name: "/f"}, Asked: opened}, ledger.Texts{Place: "/f",
			Asked: "opened", Used: "-"}},
		{ledger.Row{Sort: ledger.OfName, Offer: fixtures.Offer{Name: "x"}, Asked: asked},
			ledger.Texts{Place: "the name x", Asked: "once: 200", Used: "-"}},
		{ledger.Row{Sort: ledger.OfTLS, Offer: fixtures.Offer{Name: "x"}, Asked: asked}, ledger.Texts{Place: "TLS to x",
			Asked: "once: 200", Used: "-"}},
		{ledger.Row{Sort: ledger.OfPort, Offer: fixtures.Offer{Name: "x"}, Asked: asked}, ledger.Texts{Place: "x",
			Asked: "once: 200", Used: "-"}},
		{ledger.Row{Sort: ledger.OfPlace, Offer: fixtures.Offer{Name: "x"}, Asked: asked},
			ledger.Texts{Place: "x, which this host does not have", Asked: "once: 200", Used: "-"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n"}, Used: []int64{1},
			Issued: []ledger.Issue{{Late: []int64{2, 3},
				Superseded: []int64{3, 4}}, {}}}, ledger.Texts{Place: "n", Asked: "not seen",
			Used: "call #1; after its end in call #2, #3; after newer ones in call #4; 2 sets given"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n"}, Issued: []ledger.Issue{{Late: []int64{2}}}},
			ledger.Texts{Place: "n", Asked: "not seen", Used: "after its end in call #2"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n"}, Issued: []ledger.Issue{{Superseded: []int64{2}}}},
			ledger.Texts{Place: "n", Asked: "not seen", Used: "after newer ones in call #2"}},
		{ledger.Row{There: true, Offer: fixtures.Offer{Name: "n"}, TokenOnly: []int64{2}},
			ledger.Texts{Place: "n", Asked: "not seen", Used: "its token alone in call #2"}},
	} {
		if got := row.row.Texts(); got != row.want {
			t.Errorf("got %+v, want %+v", got, row.want)
		}
	}
	r := &ledger.Result{Host: "h", Ledger: []ledger.Row{{There: true, Offer: fixtures.Offer{Name: "a place",
		Variables: []string{"V"}},
		Asked: asked, Used: []int64{1}}}}
	if want := "\nwhere credentials could come from on h              asked for                           used\n" +
		"  a place                                           once: 200                           call " +
		"#1\n    V\n"; !strings.Contains(
		r.String(), want) {
		t.Errorf("got\n%s\nwant\n%s", r.String(), want)
	}
}

// TestWhereAPartIsFrom in words.
func TestWhereAPartIsFrom(t *testing.T) {
	for _, row := range []struct {
		part ledger.Part
		want string
	}{
		{ledger.Part{}, "no variable, file or endpoint of the host"},
		{ledger.Part{Variables: []string{"A", "B"}, SetBy: ledger.ByHost}, "A = B (set by the host)"},
		{ledger.Part{Variables: []string{"A"}, SetBy: ledger.ByUser, Alike: true}, "the same as A (set by the user)"},
		{ledger.Part{Variables: []string{"A"}, SetBy: ledger.ByUser, File: "/f"}, "A (set by the user) or the file /f"},
		{ledger.Part{Endpoint: "e", File: "/f"}, "the e"}, {ledger.Part{File: "/f", Header: "h"}, "the file /f"},
		{ledger.Part{Header: "h"}, "the header h of the request"}, {ledger.Part{File: "/f", Derived: "cut off"},
			"the file /f, cut off"},
	} {
		if got := row.part.From(); got != row.want ||
			row.part.Found() != (row.want != "no variable, file or endpoint of the host") {
			t.Errorf("%+v: got %q, want %q", row.part, got, row.want)
		}
	}
}

// TestVisits in one line each, and when they are a failure of the server's.
func TestVisits(t *testing.T) {
	for _, row := range []struct {
		v      ledger.Visit
		want   string
		broken bool
	}{
		{ledger.Visit{Method: "GET", Path: "/p", Status: 200}, "GET /p was answered 200 OK", false},
		{ledger.Visit{Method: "GET", Path: "/p", Status: 499}, "GET /p was answered 499", false},
		{ledger.Visit{Method: "GET", Path: "/p", Status: 500}, "GET /p was answered 500 Internal Server Error", true},
		{ledger.Visit{Method: "GET", Path: "/p", Problem: "no answer"}, "GET /p: no answer", true},
		{ledger.Visit{Method: "GET", Path: "/p", Status: 200, Problem: "cut"}, "GET /p was answered 200 OK: cut", true},
	} {
		if got := row.v.String(); got != row.want || row.v.Broken() != row.broken {
			t.Errorf("got %q, %t, want %q, %t", got, row.v.Broken(), row.want, row.broken)
		}
	}
	at := time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC)
	r := &ledger.Result{
		Visits: []ledger.Visit{{Time: at, Duration: time.Second, Body: []byte("a " + strings.Repeat("b", 39) + " " +
			strings.Repeat("c", 40))},
			{Time: at.Add(time.Minute), Body: []byte(strings.Repeat("d e ", 501))}},
		Exchanges: []exchange.Exchange{{Seq: 1, Time: at.Add(time.Hour - time.Millisecond)},
			{Seq: 2, Time: at.Add(time.Hour)},
			{Seq: 3, Time: at.Add(time.Hour + time.Second)}, {Seq: 4, Time: at.Add(time.Hour + time.Second + 1)}},
	}
	r.AssignCalls(time.Hour)
	if c := r.Visits[0].Calls; len(c) != 2 || c[0] != 2 || c[1] != 3 || r.Visits[1].Calls != nil {
		t.Errorf("got %v, %v", c, r.Visits[1].Calls)
	}
	r.ShowAnswers()
	if got := r.Visits[0].Answer; got != "a "+strings.Repeat("b", 39)+" <40 characters>" {
		t.Errorf("got %q", got)
	}
	if got := r.Visits[1].Answer; len([]rune(got)) != 2001 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters", len([]rune(got)))
	}
}

// TestTextOfVisits: each request with its answer, the first lines of it, and the calls
// meanwhile.
func TestTextOfVisits(t *testing.T) {
	accepted, refused := exchange.Exchange{Seq: 1, Call: "s3:GetObject"}, exchange.Exchange{Seq: 2,
		Call: "s3:PutObject"}
	accepted.Verdict.Accepted = true
	r := &ledger.Result{Host: "h", Isolation: "sandbox", Mock: "embedded", Subject: "x",
		Exchanges: []exchange.Exchange{accepted, refused},
		Visits: []ledger.Visit{
			{Method: "GET", Path: "/a", Status: 200, Calls: []int64{1, 2}, Answer: "\n1\n2\n3\n4\n5\n6\n"},
			{Method: "GET", Path: "/b", Status: 204, Answer: " \n"},
			{Method: "GET", Path: "/c", Status: 500, Answer: "1\n2\n3\n4\n5\n6\n7"},
			{Method: "GET", Path: "/d", Status: 200, Answer: strings.Repeat("ä", headline.MaxLength)},
			{Method: "GET", Path: "/e", Status: 200, Answer: strings.Repeat("ä", headline.MaxLength+1)},
		}}
	long := strings.Repeat("ä", headline.MaxLength)
	want := "exit code 0\n\nGET /a was answered 200 OK\n  1\n  2\n  3\n  4\n  5\n  6\n" +
		"  meanwhile: #1 s3:GetObject, accepted\n  meanwhile: #2 s3:PutObject, refused\n" +
		"GET /b was answered 204 No Content\n" +
		"GET /c was answered 500 Internal Server Error\n  1\n  2\n  3\n  4\n  5\n  6\n  …\n" +
		"GET /d was answered 200 OK\n  " + long + "\nGET /e was answered 200 OK\n  " + long + "…\n\n#1 s3:GetObject"
	if got := r.String(); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestHexDumpsAreScrubbed: S3 shows the canonical request as bytes, with the token in
// it; short dumps are none.
func TestHexDumpsAreScrubbed(t *testing.T) {
	r := &ledger.Result{}
	for n, want := range map[int]string{32: "<32 bytes in hexadecimal>", 40: "<40 bytes in hexadecimal>"} {
		if got := r.Scrub("a " + strings.TrimSpace(strings.Repeat("0a ", n)) + " z"); got != "a "+want+" z" {
			t.Errorf("%d bytes: got %q", n, got)
		}
	}
	short := strings.TrimSpace(strings.Repeat("0a ", 31))
	if got := r.Scrub(short); got != short {
		t.Errorf("got %q", got)
	}
}
