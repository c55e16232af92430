package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// TestWhatAResultAnswers: whether it failed, all was accepted, nothing is wrong.
func TestWhatAResultAnswers(t *testing.T) {
	var accepted, refused exchange.Exchange
	accepted.Verdict.Accepted = true
	problem := ledger.Diagnosis{Findings: []ledger.Finding{{Kind: "k"}}}
	hazard := ledger.Diagnosis{Findings: []ledger.Finding{{Kind: "k", Hazard: true}}}
	for _, row := range []struct {
		name                   string
		r                      ledger.Result
		failed, accepted, fine bool
	}{
		{"no call", ledger.Result{}, false, false, true},
		{"accepted", ledger.Result{Exchanges: []exchange.Exchange{accepted, accepted}}, false, true, true},
		{"refused", ledger.Result{Exchanges: []exchange.Exchange{accepted, refused}}, false, false, false},
		{"an exit code", ledger.Result{ExitCode: 1, Exchanges: []exchange.Exchange{accepted}}, true, true, false},
		{"out of time", ledger.Result{TimedOut: true}, true, false, false},
		{"interrupted", ledger.Result{Interrupted: "SIGINT"}, false, false, false},
		{"a problem", ledger.Result{Diagnosis: problem}, false, false, false},
		{"a hazard", ledger.Result{Diagnosis: hazard}, false, false, true},
	} {
		if row.r.Failed() != row.failed || row.r.Accepted() != row.accepted || row.r.Fine() != row.fine {
			t.Errorf("%s: failed %t, accepted %t, fine %t", row.name, row.r.Failed(), row.r.Accepted(), row.r.Fine())
		}
	}
}

func TestCallsOfAName(t *testing.T) {
	r := &ledger.Result{Exchanges: []exchange.Exchange{
		{Seq: 1, Call: "bedrock:Converse", Action: "bedrock:InvokeModel"}, {Seq: 2, Call: "s3:ListBuckets"},
		{Seq: 3, Call: "bedrock:InvokeModel", Action: "bedrock:InvokeModel"},
	}}
	for name, want := range map[string]string{"bedrock:Converse": "1", "bedrock:InvokeModel": "13",
		"s3:ListBuckets": "2",
		"s3:GetObject":   ""} {
		got := ""
		for _, e := range r.Calls(name) {
			got += string('0' + rune(e.Seq))
		}
		if got != want {
			t.Errorf("%s: calls %s, want %s", name, got, want)
		}
	}
}

func TestAnswered(t *testing.T) {
	for want, visits := range map[bool][]ledger.Visit{true: {{}, {Status: 500}}, false: {{Problem: "refused"}}} {
		if (&ledger.Result{Visits: visits}).Answered() != want {
			t.Errorf("%v: want %t", visits, want)
		}
	}
}

// TestUnsupported: the first call that the mock has not says that nothing can be concluded.
func TestUnsupported(t *testing.T) {
	unknown := exchange.Exchange{Method: "POST", Host: "h", Path: "/p"}
	unknown.Verdict.Refusal = &verdict.Refusal{Stage: "identify", Reason: verdict.UnsupportedOperation, Detail: "d"}
	var denied exchange.Exchange
	denied.Verdict.Refusal = &verdict.Refusal{Reason: verdict.Denied}
	err := ledger.Unsupported([]exchange.Exchange{{}, denied, unknown})
	var unsupported *ledger.UnsupportedError
	if !errors.As(err, &unsupported) || err.Error() != "the subject made a call that the mock cannot judge: "+
		"identify: unsupported-operation: d (POST h/p)" {
		t.Errorf("got %v", err)
	}
	if err := ledger.Unsupported([]exchange.Exchange{{}, denied}); err != nil {
		t.Error(err)
	}
}

// TestLeaks: a secret that the deployment made, and that a result shows all the same.
func TestLeaks(t *testing.T) {
	const secret = "q7Zr2mT9xVb4Lw8KpYc1Hs6DfGj3Nn5QaUeXoRiW"
	for want, subject := range map[string]string{"": "node a.mjs", "text": "node " + secret} {
		r := &ledger.Result{Host: "h", Isolation: "sandbox", Mock: "embedded", Subject: subject}
		r.KeepSecrets([]string{secret})
		if got := r.Leaks(); got != want {
			t.Errorf("%q leaks by %q, want %q", subject, got, want)
		}
		if !r.Secrets([]byte("x="+secret+";")) || r.Secrets([]byte("x=1")) {
			t.Error("a secret is not seen in a text, or seen in one without")
		}
	}
}

func TestParagraph(t *testing.T) {
	f := ledger.Finding{What: "It  happened.", Why: "For\na reason.", Change: "Change it."}
	if got := f.Paragraph(); got != "It happened. For a reason. Change it." {
		t.Errorf("got %q", got)
	}
	f.Why = ""
	if got := f.Paragraph(); strings.Contains(got, "  ") || got != "It happened. Change it." {
		t.Errorf("got %q", got)
	}
}
