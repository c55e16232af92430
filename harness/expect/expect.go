package expect

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// matcher is a check with a sentence for what was expected.
type matcher struct {
	expected string
	check    func(*harness.Result) (ok bool, why string)
	why      string
}

var _ types.GomegaMatcher = (*matcher)(nil)

// Match checks a *harness.Result.
func (m *matcher) Match(actual any) (bool, error) {
	r, ok := actual.(*harness.Result)
	if !ok || r == nil {
		return false, fmt.Errorf("expected a *harness.Result, got %T", actual)
	}
	matched, why := m.check(r)
	m.why = why
	return matched, nil
}

// FailureMessage says what was expected, what was found, and the whole result.
func (m *matcher) FailureMessage(actual any) string {
	return fmt.Sprintf("expected %s\n%s\n\n%s", m.expected, m.why, shown(actual))
}

// NegatedFailureMessage is FailureMessage for a negated expectation.
func (m *matcher) NegatedFailureMessage(actual any) string {
	return fmt.Sprintf("did not expect %s\n\n%s", m.expected, shown(actual))
}

// shown is what a failure tells of a result.
func shown(actual any) string {
	r, ok := actual.(*harness.Result)
	if !ok {
		return fmt.Sprint(actual)
	}
	return r.FailureText()
}

// Accepted matches when the subject made the call, given as an operation
// ("bedrock:Converse") or as an IAM action ("bedrock:InvokeModel"), and each
// time it was accepted as the principal, given as an ARN, and the operation
// succeeded.
func Accepted(call, principal string) types.GomegaMatcher {
	return &matcher{
		expected: fmt.Sprintf("%s to be accepted as %s", call, principal),
		check: all(call, func(e *exchange.Exchange) string {
			switch {
			case !e.Verdict.Accepted:
				return e.Verdict.String()
			case e.Verdict.Principal != principal:
				return "it was accepted as " + e.Verdict.Principal
			case e.Status >= 300:
				return fmt.Sprintf("the caller was accepted, but the operation failed: %d %s: %s", e.Status, e.Code,
					e.Message)
			}
			return ""
		}),
	}
}

// Refused matches when the subject made the call and each time it was refused
// with the AWS error code and, where given, exactly this message.
func Refused(call, code string, message ...string) types.GomegaMatcher {
	expected := fmt.Sprintf("%s to be refused with %s", call, code)
	if len(message) > 0 {
		expected += fmt.Sprintf(" and the message %q", message[0])
	}
	return &matcher{
		expected: expected,
		check: all(call, func(e *exchange.Exchange) string {
			switch {
			case e.Verdict.Accepted:
				return e.Verdict.String()
			case e.Code != code:
				return fmt.Sprintf("it was refused with %s: %s", e.Code, e.Message)
			case len(message) > 0 && e.Message != message[0]:
				return fmt.Sprintf("the message was %q", e.Message)
			}
			return ""
		}),
	}
}

func all(call string, wrong func(*exchange.Exchange) string) func(*harness.Result) (bool, string) {
	return func(r *harness.Result) (bool, string) {
		calls := r.Calls(call)
		if len(calls) == 0 {
			return false, "but the subject made no such call" + madeInstead(r)
		}
		for i := range calls {
			if w := wrong(&calls[i]); w != "" {
				return false, fmt.Sprintf("but in exchange #%d %s", calls[i].Seq, w)
			}
		}
		return true, ""
	}
}

func madeInstead(r *harness.Result) string {
	var names []string
	for _, e := range r.Exchanges {
		if !slices.Contains(names, e.Call) {
			names = append(names, e.Call)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; it made " + strings.Join(names, ", ")
}

// Diagnosed matches when the diagnosis has a finding of the kind that names
// all these variables.
func Diagnosed(kind ledger.Kind, variables ...string) types.GomegaMatcher {
	expected := fmt.Sprintf("the diagnosis %s", kind)
	if len(variables) > 0 {
		expected += " about " + strings.Join(variables, " and ")
	}
	return &matcher{expected: expected, check: func(r *harness.Result) (bool, string) {
		var found []string
		for _, f := range r.Diagnosis.Findings {
			if f.Kind == kind && containsAll(f.Variables, variables) {
				return true, ""
			}
			found = append(found, fmt.Sprintf("%s %v", f.Kind, f.Variables))
		}
		if len(found) == 0 {
			return false, "but the diagnosis found nothing wrong"
		}
		return false, "but the diagnosis is: " + strings.Join(found, "; ")
	}}
}

// MixedCredentials matches when the diagnosis says that a call's key came from
// one variable and its token from another that does not belong to it.
func MixedCredentials(keyVariable, tokenVariable string) types.GomegaMatcher {
	return Diagnosed(diagnose.MixedCredentials, keyVariable, tokenVariable)
}

// NoFindings matches when the diagnosis has nothing to say.
func NoFindings() types.GomegaMatcher {
	return &matcher{expected: "no findings", check: func(r *harness.Result) (bool, string) {
		if len(r.Diagnosis.Findings) == 0 {
			return true, ""
		}
		return false, fmt.Sprintf("but found %s: %s", r.Diagnosis.Findings[0].Kind, r.Diagnosis.Findings[0].Paragraph())
	}}
}

// Succeeded matches when the subject itself ended well.
func Succeeded() types.GomegaMatcher {
	return &matcher{expected: "the subject to end well", check: func(r *harness.Result) (bool, string) {
		return !r.Failed(), fmt.Sprintf("but it ended with exit code %d", r.ExitCode)
	}}
}

// FailedWith matches when the subject failed and printed, or returned, this
// text.
func FailedWith(text string) types.GomegaMatcher {
	return &matcher{expected: fmt.Sprintf("the subject to fail with %q", text), check: func(r *harness.Result) (bool,
		string) {
		said := string(r.Stdout) + string(r.Stderr)
		if r.Err != nil {
			said += r.Err.Error()
		}
		switch {
		case !r.Failed():
			return false, "but it ended well"
		case !strings.Contains(said, text):
			return false, "but it said:\n" + strings.TrimSpace(said)
		}
		return true, ""
	}}
}

// Fine matches when nothing is wrong: the subject ended well, no AWS call was
// refused and the diagnosis has no problem. A failure to find credentials that
// the program caught is a problem; a hazard is not.
func Fine() types.GomegaMatcher {
	return &matcher{expected: "nothing to be wrong", check: func(r *harness.Result) (bool, string) {
		problems := r.Diagnosis.Problems()
		switch {
		case r.Fine():
			return true, ""
		case len(problems) > 0:
			return false, fmt.Sprintf("but found %s: %s", problems[0].Kind, problems[0].Paragraph())
		case r.Failed():
			return false, fmt.Sprintf("but it ended with exit code %d: %s", r.ExitCode, r.Headline())
		}
		return false, "but an AWS call was refused"
	}}
}

// Answered matches when a served subject answered requests, each of them with
// this status. Paths, as they were asked for with their query, limit it to the
// requests for these, and each of them must have been asked for.
func Answered(status int, paths ...string) types.GomegaMatcher {
	expected := fmt.Sprintf("requests to be answered with %d", status)
	if len(paths) > 0 {
		expected = fmt.Sprintf("%s to be answered with %d", strings.Join(paths, " and "), status)
	}
	return &matcher{expected: expected, check: func(r *harness.Result) (bool, string) {
		asked := map[string]bool{}
		for i := range r.Visits {
			v := &r.Visits[i]
			if len(paths) > 0 && !slices.Contains(paths, v.Path) {
				continue
			}
			asked[v.Path] = true
			if v.Status != status || v.Problem != "" {
				return false, "but " + r.Scrub(v.String())
			}
		}
		for _, path := range paths {
			if !asked[path] {
				return false, "but nobody asked for " + path
			}
		}
		return len(asked) > 0, "but nobody asked for anything"
	}}
}

// NoCalls matches when the subject made no AWS call at all.
func NoCalls() types.GomegaMatcher {
	return &matcher{expected: "no AWS call", check: func(r *harness.Result) (bool, string) {
		return len(r.Exchanges) == 0, "but there were" + madeInstead(r)
	}}
}

// NothingElse matches when the subject tried nothing but AWS calls: no lookup
// of credentials at a place that the host does not have and, where the sandbox
// could see it, no other name or address.
func NothingElse() types.GomegaMatcher {
	return &matcher{expected: "nothing but AWS calls", check: func(r *harness.Result) (bool, string) {
		for _, p := range r.Probes {
			return false, "but the subject looked at " + p.String()
		}
		for _, a := range r.Refused {
			return false, "but the subject tried to reach " + a.String()
		}
		return true, ""
	}}
}

// NoSecretIn matches when none of these texts holds a secret of the run: the
// values of variables, or what the mock or the harness made (see
// harness.Result.Secrets).
func NoSecretIn(texts ...[]byte) types.GomegaMatcher {
	return &matcher{expected: "no secret in the texts", check: func(r *harness.Result) (bool, string) {
		for _, v := range r.Environment {
			if !v.Secret() {
				continue
			}
			for i, text := range texts {
				if bytes.Contains(text, []byte(v.Value)) {
					return false, fmt.Sprintf("but text %d holds the value of %s", i+1, v.Name)
				}
			}
		}
		for i, text := range texts {
			if r.Secrets(text) {
				return false, fmt.Sprintf("but text %d holds a secret of the run", i+1)
			}
		}
		return true, ""
	}}
}

func containsAll(list, wanted []string) bool {
	for _, w := range wanted {
		if !slices.Contains(list, w) {
			return false
		}
	}
	return true
}
