package demo

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Want is what is known of a scene.
type Want struct {
	// Accepted is the ARN as which the call is accepted. Without it the program
	// fails, and prints what its part says.
	Accepted string
	// Refused is the judge's reason, and Code AWS's. Without them a program that
	// fails makes no call at all.
	Refused verdict.Reason
	Code    string
	// Finding is the kind of the one problem that the diagnosis names.
	Finding ledger.Kind
}

// differences are what of a result is not as known, each as a sentence.
func (w Want) differences(p Part, r *harness.Result) []string {
	var out diffs
	switch {
	case w.Accepted != "":
		w.checkAccepted(&out, p, r)
	case w.Refused != "":
		out.unless(r.Failed(), "the program ended well, and is known to fail")
		w.checkRefused(&out, p, r)
	default:
		out.unless(r.Failed(), "the program ended well, and is known to fail")
		out.unless(len(r.Exchanges) == 0, "the program made an AWS call, %s, and is known to make none", firstCall(r))
	}
	if w.Accepted == "" {
		out.unless(strings.Contains(printed(r), p.Says), "the program does not print %q", p.Says)
	}
	w.checkFinding(&out, r)
	return out
}

// diffs collects sentences.
type diffs []string

func (d *diffs) unless(ok bool, format string, args ...any) {
	if !ok {
		*d = append(*d, fmt.Sprintf(format, args...))
	}
}

func (w Want) checkAccepted(out *diffs, p Part, r *harness.Result) {
	out.unless(!r.Failed(), "the program failed (exit %d), and is known to end well", r.ExitCode)
	calls := r.Calls(p.Call)
	out.unless(len(calls) > 0, "the program made no %s call", p.Call)
	for _, e := range calls {
		if !e.Verdict.Accepted {
			*out = append(*out, fmt.Sprintf("%s was refused (%s), and is known to be accepted", p.Call, e.Code))
			continue
		}
		got := e.Verdict.Principal
		out.unless(got == w.Accepted, "%s was accepted as %s, not as %s", p.Call, got, w.Accepted)
	}
}

func (w Want) checkRefused(out *diffs, p Part, r *harness.Result) {
	calls := r.Calls(p.Call)
	out.unless(len(calls) > 0, "the program made no %s call", p.Call)
	for _, e := range calls {
		switch refusal := e.Verdict.Refusal; {
		case refusal == nil:
			*out = append(*out, fmt.Sprintf("%s was accepted, and is known to be refused", p.Call))
		case refusal.Reason != w.Refused:
			*out = append(*out, fmt.Sprintf("%s was refused for %s, not for %s", p.Call, refusal.Reason, w.Refused))
		case e.Code != w.Code:
			*out = append(*out, fmt.Sprintf("%s was refused with %s, not with %s", p.Call, e.Code, w.Code))
		}
	}
}

func (w Want) checkFinding(out *diffs, r *harness.Result) {
	problems := r.Diagnosis.Problems()
	switch {
	case w.Finding == "":
		out.unless(len(problems) == 0, "the diagnosis names a problem, and is known to name none")
	case len(problems) == 0:
		*out = append(*out, fmt.Sprintf("the diagnosis names no problem, and is known to name %s", w.Finding))
	default:
		out.unless(problems[0].Kind == w.Finding, "the diagnosis names %s, not %s", problems[0].Kind, w.Finding)
	}
}

// printed is all that a program printed.
func printed(r *harness.Result) string { return string(r.Stderr) + "\n" + string(r.Stdout) }

func firstCall(r *harness.Result) string {
	if len(r.Exchanges) == 0 {
		return ""
	}
	return name(&r.Exchanges[0])
}

// name is what an exchange is called, also where the mock knows no operation.
func name(e *mockaws.Exchange) string {
	if e.Call == "" || e.Call == "unknown" {
		return e.Method + " " + e.Host
	}
	return e.Call
}
