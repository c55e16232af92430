package diagnose

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
)

// SwallowedFailure is the kind of a failure to find credentials that the program
// caught, so that its exit code does not show it.
const SwallowedFailure ledger.Kind = "swallowed-failure"

// swallowed: the program found no credentials, and went on.
func swallowed(d *diagnosis) (telling, bool) {
	r := d.result
	if r.Failed() && len(r.Exchanges) == 0 {
		return telling{}, false // the failure shows, and noCall speaks of it
	}
	what, found := d.lackOfCredentials()
	if !found {
		return telling{}, false
	}
	t := telling{
		what:   what,
		change: "Pass the program the credentials that this host has, or run it on a host that has what it looks for",
	}
	d.explainLack(&t)
	return t, true
}

// lackOfCredentials says what shows that the program found none. Where other AWS
// calls were accepted only the words count with which libraries end their search:
// a chain of providers may look in vain at many places before it finds some.
func (d *diagnosis) lackOfCredentials() (what string, found bool) {
	if line, where := d.endOfSearch(); line != "" && !d.refusedExchange() {
		return fmt.Sprintf(
			"The program found no credentials %s: it %s %q%s.",
			d.andThen(),
			where,
			line,
			d.inSpite(),
		), true
	}
	if len(d.result.Exchanges) > 0 || d.wasHandedCredentials() {
		return "", false
	}
	if line, where := d.quoted(lack); line != "" {
		return fmt.Sprintf(
			"The program seems to have found no credentials %s: it %s %q%s.",
			d.andThen(),
			where,
			line,
			d.inSpite(),
		), true
	}
	if vain := d.vainly(); len(vain) > 0 {
		return "The program asked for credentials, got none and made no AWS call" + d.inSpite() + ".", true
	}
	return "", false
}

// refusedExchange reports whether STS issued no credentials, because it refused or
// because a fault struck its answer: a call of the run that has a finding of its
// own, after which the search ended in vain.
func (d *diagnosis) refusedExchange() bool {
	for i := range d.result.Exchanges {
		if e := &d.result.Exchanges[i]; (!e.Verdict.Accepted || e.Fault != nil) && strings.HasPrefix(e.Call, "sts:") {
			return true
		}
	}
	return false
}

// andThen is what the program did when it had found none.
func (d *diagnosis) andThen() string {
	if d.result.Failed() {
		return "for all that it wanted to do"
	}
	return "and went on"
}

// inSpite is how the program ended all the same.
func (d *diagnosis) inSpite() string {
	r := d.result
	switch {
	case r.Failed():
		return ""
	case r.Stopped:
		return ", and served on"
	}
	return fmt.Sprintf(", and ended with exit code %d", r.ExitCode)
}
