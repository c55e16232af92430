package casefile

import (
	"reflect"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// wellDone is a result, and an expectation that names everything in it.
func wellDone() (*harness.Result, Expectation) {
	code := 1
	r := &harness.Result{
		ExitCode: code, Stdout: []byte("some output"), Stderr: []byte("some problem"),
		Exchanges: []mockaws.Exchange{
			{Call: "s3:PutObject", Region: "eu-west-1", Status: 200, Verdict: mockaws.Verdict{Accepted: true,
				Principal: "arn:aws:sts::111122223333:assumed-role/app/x-17"}},
			{Call: "bedrock:Converse", Status: 403, Code: "UnrecognizedClientException",
				Message: "The security token is invalid",
				Verdict: mockaws.Verdict{Refusal: &verdict.Refusal{}}},
		},
		Diagnosis: ledger.Diagnosis{Findings: []harness.Finding{
			{Kind: diagnose.LongTermKey, Hazard: true, Variables: []string{"KEY"}, What: "A key that never ends."},
		}},
	}
	return r, Expectation{
		Exit: &code, Stdout: []string{"output"}, Stderr: []string{"problem"},
		Calls: []Call{
			{Call: "s3:PutObject", Accepted: "arn:aws:sts::111122223333:assumed-role/app/x-*", Region: "eu-west-1"},
			{Call: "bedrock:Converse", Refused: "UnrecognizedClientException", Message: "token is invalid",
				Nth: 1},
		},
		Findings: []Finding{{Kind: "long-term-key", Variables: []string{"KEY"}, Says: []string{"never|always",
			"A KEY"}}},
		NoProblems: true,
	}
}

func TestEveryExpectationIsLookedAt(t *testing.T) {
	r, e := wellDone()
	for _, c := range e.Check(r) {
		if !c.OK {
			t.Errorf("expected %s, got %s", c.Expected, c.Got)
		}
	}
	inversions := e.Inversions()
	for _, x := range inversions {
		if x.Held(r) {
			t.Errorf("holds although it is turned round: %+v", x)
		}
	}
	for _, name := range fieldsOf(Expectation{}) {
		turned := false
		for _, x := range inversions {
			turned = turned || !reflect.DeepEqual(reflect.ValueOf(x).FieldByName(name).Interface(),
				reflect.ValueOf(e).FieldByName(name).Interface())
		}
		if !turned {
			t.Errorf("no inversion touches %s", name)
		}
	}
	for _, name := range fieldsOf(Call{}) {
		turned := false
		for _, c := range append(e.Calls[0].inversions(), e.Calls[1].inversions()...) {
			v := reflect.ValueOf(c).FieldByName(name).Interface()
			turned = turned || v != reflect.ValueOf(e.Calls[0]).FieldByName(name).Interface() &&
				v != reflect.ValueOf(e.Calls[1]).FieldByName(name).Interface()
		}
		if !turned {
			t.Errorf("no inversion touches a call's %s", name)
		}
	}
}

// The first call of an operation and a later one can be judged differently: what
// works until the credentials end.
func TestTheNthCall(t *testing.T) {
	accepted := mockaws.Exchange{Call: "s3:PutObject", Status: 200, Verdict: mockaws.Verdict{Accepted: true,
		Principal: "me"}}
	refused := mockaws.Exchange{Call: "s3:PutObject", Status: 400, Code: "ExpiredToken",
		Verdict: mockaws.Verdict{Refusal: &verdict.Refusal{}}}
	first := Call{Call: "s3:PutObject", Accepted: "me", Nth: 1}
	second := Call{Call: "s3:PutObject", Refused: "ExpiredToken", Nth: 2}
	for _, row := range []struct {
		name  string
		calls []mockaws.Exchange
		want  bool
	}{
		{"as expected", []mockaws.Exchange{accepted, refused, accepted}, true},
		{"the other way round", []mockaws.Exchange{refused, accepted}, false},
		{"both accepted", []mockaws.Exchange{accepted, accepted}, false},
		{"one alone", []mockaws.Exchange{accepted}, false},
		{"none", nil, false},
	} {
		e := Expectation{Calls: []Call{first, second}}
		if got := e.Held(&harness.Result{Exchanges: row.calls}); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

// What a finding must say is held against its own text, and not another's.
func TestWhatAFindingSays(t *testing.T) {
	r := &harness.Result{Diagnosis: ledger.Diagnosis{Findings: []harness.Finding{
		{Kind: "no-call", What: "Nothing asked the agent.", Change: "Use version 2 of the SDK."},
		{Kind: "other", What: "The token was left out."},
	}}}
	for _, row := range []struct {
		says []string
		want bool
	}{
		{[]string{"AGENT"}, true},
		{[]string{"agent", "version 2"}, true},
		{[]string{"endpoint|agent"}, true},
		{[]string{"token"}, false},
		{[]string{"agent", "token"}, false},
	} {
		e := Expectation{Findings: []Finding{{Kind: "no-call", Says: row.says}}}
		if got := e.Held(r); got != row.want {
			t.Errorf("%q: %v", row.says, got)
		}
	}
	checks := Expectation{Findings: []Finding{{Kind: "no-call", Says: []string{"token"}}}}.Check(r)
	if got := checks[0].Got; got != `nothing in it says "token": Nothing asked the agent. Use version 2 of the SDK.` {
		t.Errorf("got %q", got)
	}
}

func fieldsOf(v any) (names []string) {
	for i := range reflect.TypeOf(v).NumField() {
		names = append(names, reflect.TypeOf(v).Field(i).Name)
	}
	return names
}

// A run that makes no calls cannot turn that round by itself.
func TestNoCallsTurnedRound(t *testing.T) {
	e := Expectation{NoCalls: true}
	r := &harness.Result{}
	if !e.Held(r) {
		t.Fatal("no calls were expected and none made")
	}
	for _, x := range e.Inversions() {
		if x.Held(r) {
			t.Errorf("holds although it is turned round: %+v", x)
		}
	}
}

func TestEveryCallOfANameCounts(t *testing.T) {
	accepted := mockaws.Exchange{Call: "s3:PutObject", Status: 200, Verdict: mockaws.Verdict{Accepted: true,
		Principal: "me"}}
	refused := mockaws.Exchange{Call: "s3:PutObject", Status: 403, Code: "AccessDenied",
		Verdict: mockaws.Verdict{Refusal: &verdict.Refusal{}}}
	failed := accepted
	failed.Status = 404
	for _, row := range []struct {
		name  string
		calls []mockaws.Exchange
		want  bool
	}{
		{"all accepted", []mockaws.Exchange{accepted, accepted}, true},
		{"one refused", []mockaws.Exchange{accepted, refused}, false},
		{"accepted, and the operation failed", []mockaws.Exchange{failed}, false},
		{"none", nil, false},
	} {
		e := Expectation{Calls: []Call{{Call: "s3:PutObject", Accepted: "me"}}}
		if got := e.Held(&harness.Result{Exchanges: row.calls}); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

// TestExitOfWhatDidNotExit: a program whose time was up, or that a signal ended, has
// no exit code, whichever was expected
// (https://pkg.go.dev/os#ProcessState.ExitCode: -1).
func TestExitOfWhatDidNotExit(t *testing.T) {
	for name, r := range map[string]*harness.Result{
		"its time was up":   {TimedOut: true, ExitCode: -1},
		"after an exit":     {TimedOut: true},
		"it was ended":      {Signal: "killed", ExitCode: -1},
		"with another code": {ExitCode: 2},
	} {
		for _, code := range []int{-1, 0, 1, 124, 137} {
			e := Expectation{Exit: &code}
			if e.Held(r) {
				t.Errorf("%s: taken for an exit with %d", name, code)
			}
		}
	}
	for _, code := range []int{0, 1, 124} {
		if e := (Expectation{Exit: &code}); !e.Held(&harness.Result{ExitCode: code}) {
			t.Errorf("exit code %d is not what it is", code)
		}
	}
}
