package diagnose

import (
	"slices"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// What a deployment knows for certain of credentials and of its host.
type (
	// Known is what a deployment knows, whatever the program did.
	Known = facts.Known
	// Rotated says where a token was until another one took its place.
	Rotated = facts.Rotated
	// Offered is a place that hands out credentials.
	Offered = facts.Offered
)

// diagnosis is the work of explaining one run.
type diagnosis struct {
	*facts.Facts
	out ledger.Diagnosis
}

// Run explains a run and makes its ledger. It does not change the result.
func Run(r *ledger.Result, k Known) (ledger.Diagnosis, []ledger.Row) {
	d := &diagnosis{Facts: facts.OfRun(r, k)}
	d.out.Traces = d.Traces()
	for _, c := range d.Calls {
		d.judge(c)
	}
	d.judgeRun()
	return d.out, append(d.Rows, d.Others...)
}

// Request says of a captured request, with what follows from its shape as its
// verdict, what the first rule says that fits: the same that a run asks.
func Request(e *exchange.Exchange, l library.Library) (ledger.Finding, bool) {
	return first(facts.OfRequest(e, l))
}

// first is the finding of the first rule that says why a call was refused.
func first(c *facts.Call) (ledger.Finding, bool) {
	for _, r := range refusals {
		if f, ok := r.OnCall(c); ok {
			return f, true
		}
	}
	return ledger.Finding{}, false
}

// judgeRun tells of each request that failed, or else of the run as a whole what
// the first rule says that fits.
func (d *diagnosis) judgeRun() {
	if told := d.judgeVisits(); len(told) > 0 {
		for _, f := range told {
			d.add(f)
		}
		return
	}
	for _, r := range ofRun {
		if f, ok := r.OnRun(d.Facts); ok {
			d.add(f)
			return
		}
	}
}

// judge tells of a call what the first rule says that fits, and every hazard.
func (d *diagnosis) judge(c *facts.Call) {
	if f, ok := first(c); ok {
		d.add(f)
	}
	if !c.Verdict.Accepted {
		return
	}
	for _, r := range hazards {
		if f, ok := r.OnCall(c); ok {
			d.add(f)
		}
	}
}

// judgeVisits tells of each request that failed what the first rule says that
// fits, of requests that failed alike once. It has nothing to say of a server that
// never answered: the rules of the run do.
func (d *diagnosis) judgeVisits() (out []ledger.Finding) {
	if !d.Result.Answered() {
		return nil
	}
	seen := map[string]bool{}
	for i := range d.Result.Visits {
		v := &d.Result.Visits[i]
		if key := v.String() + string(v.Body); !seen[key] {
			seen[key] = true
			out = append(out, d.judgeVisit(v)...)
		}
	}
	return out
}

func (d *diagnosis) judgeVisit(v *ledger.Visit) []ledger.Finding {
	d.About = &facts.Said{Text: string(v.Body), Where: "answered"}
	defer func() { d.About = nil }()
	for _, r := range ofVisits {
		if f, ok := r.OnVisit(d.Facts, v); ok {
			return []ledger.Finding{f}
		}
	}
	return nil
}

// countedTogether are the kinds of findings that differ from call to call in the call's
// name alone.
var countedTogether = []ledger.Kind{Unsigned, WrongPrincipal, MachinePrincipal}

// add keeps a finding. Where an earlier call of the run had the same, for the same
// reason, that finding gets the number of this call.
func (d *diagnosis) add(f ledger.Finding) {
	for i := range d.out.Findings {
		g := &d.out.Findings[i]
		alike := g.Kind == f.Kind && g.Why == f.Why
		switch {
		case alike && g.What == f.What:
			return
		case alike && slices.Contains(countedTogether, f.Kind) && g.Change == f.Change:
			g.Also = append(g.Also, f.Seq)
			return
		}
	}
	d.out.Findings = append(d.out.Findings, f)
}
