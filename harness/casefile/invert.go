package casefile

import (
	"fmt"
	"io"
	"slices"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
)

// Inversions returns copies of the expectation with one element negated in each:
// another exit code, an accepted call refused, another principal, a text that
// does not occur. Checked against the result that meets the expectation, each copy
// must fail; if one passes, that element is never checked.
func (e Expectation) Inversions() []Expectation {
	var out []Expectation
	turn := func(change func(*Expectation)) {
		x := e
		x.Stdout, x.Stderr, x.Calls, x.Findings = slices.Clone(e.Stdout), slices.Clone(e.Stderr), slices.Clone(e.Calls),
			slices.Clone(e.Findings)
		change(&x)
		out = append(out, x)
	}
	if e.Exit != nil {
		turn(func(x *Expectation) { code := *e.Exit + 1; x.Exit = &code })
	}
	for i := range e.Stdout {
		turn(func(x *Expectation) { x.Stdout[i] += absent })
	}
	for i := range e.Stderr {
		turn(func(x *Expectation) { x.Stderr[i] += absent })
	}
	for i := range e.Calls {
		for _, c := range e.Calls[i].inversions() {
			turn(func(x *Expectation) { x.Calls[i] = c })
		}
	}
	if e.NoCalls {
		turn(func(x *Expectation) {
			x.NoCalls, x.Calls = false, []Call{{Call: "sts:GetCallerIdentity", Accepted: "someone"}}
		})
	} else {
		turn(func(x *Expectation) { x.NoCalls, x.Calls = true, nil })
	}
	for i := range e.Findings {
		turn(func(x *Expectation) { x.Findings[i].Kind += absent })
		if len(e.Findings[i].Says) > 0 {
			turn(func(x *Expectation) { x.Findings[i].Says = append(slices.Clone(e.Findings[i].Says), absent) })
		}
		if len(e.Findings[i].Variables) > 0 {
			turn(func(x *Expectation) {
				x.Findings[i].Variables = append(slices.Clone(e.Findings[i].Variables), "NOT_NAMED")
			})
		}
	}
	if e.NoProblems {
		turn(func(x *Expectation) {
			x.NoProblems, x.Findings = false, []Finding{{Kind: string(diagnose.MixedCredentials)}}
		})
	}
	return out
}

// beyond is more calls than any program of a case makes.
const beyond = 1_000_000

// absent is a string that cannot occur in real output.
const absent = " (turned round)"

func (c Call) inversions() []Call {
	otherCall, otherWay, other := c, c, c
	otherCall.Call += absent
	if c.Refused != "" {
		otherWay.Refused, otherWay.Message, otherWay.Accepted = "", "", "arn:aws:iam::111122223333:user/app"
		other.Refused += absent
	} else {
		otherWay.Accepted, otherWay.Refused = "", "AccessDeniedException"
		other.Accepted += absent
	}
	out := []Call{otherCall, otherWay, other}
	if c.Message != "" {
		m := c
		m.Message += absent
		out = append(out, m)
	}
	if c.Region != "" {
		r := c
		r.Region += absent
		out = append(out, r)
	}
	if c.Nth > 0 {
		n := c
		n.Nth += beyond
		out = append(out, n)
	}
	return out
}

// Held reports whether a result fits the whole expectation.
func (e Expectation) Held(r *harness.Result) bool {
	return !slices.ContainsFunc(e.Check(r), func(c Check) bool { return !c.OK })
}

// WriteInversions turns each expectation of each run round, one at a time, says
// what came of it, and reports whether every one failed, as it must.
func (o *Outcome) WriteInversions(w io.Writer) bool {
	all := true
	for _, r := range o.Runs {
		inversions := r.Run.Expect.Inversions()
		held := 0
		for _, x := range inversions {
			if x.Held(r.Result) {
				held++
				fmt.Fprintf(w, "  %s: HOLDS although it is turned round: %+v\n", r.Run.Name, x)
			}
		}
		fmt.Fprintf(w, "  %s: %d of %d expectations turned round fail, as they must\n", r.Run.Name,
			len(inversions)-held, len(inversions))
		all = all && held == 0
	}
	return all
}
