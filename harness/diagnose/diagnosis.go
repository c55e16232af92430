package diagnose

import (
	"fmt"
	"maps"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws"
)

// diagnosis is the work of explaining one run.
type diagnosis struct {
	result *ledger.Result
	env    *ledger.Environment // as the subject found it
	Known
	about *saying // what is looked at alone; nil: all that the subject said
	rows  []ledger.Row
	out   ledger.Diagnosis
}

// Run explains a run and makes its ledger. It does not change the result.
func Run(r *ledger.Result, k Known) (ledger.Diagnosis, []ledger.Row) {
	d := &diagnosis{result: r, env: ledger.NewEnvironment(r.Environment), Known: k}
	d.Issuers = map[string]string{} // a copy: calls of the run add to it
	maps.Copy(d.Issuers, k.Issuers)
	d.issued(r.Exchanges)
	calls := make([]*call, 0, len(r.Exchanges))
	for i := range r.Exchanges {
		c := &call{diagnosis: d, Exchange: &r.Exchanges[i]}
		c.trace = d.trace(c.Exchange)
		c.library = library.Of(c.Header.Get("User-Agent"))
		if c.Presented.Scheme != "none" {
			d.out.Traces = append(d.out.Traces, c.trace)
		}
		calls = append(calls, c)
	}
	d.rows = rows(r, d.out.Traces, k.Offers, k.Ends)
	for _, c := range calls {
		d.judge(c)
	}
	d.judgeRun()
	return d.out, append(d.rows, others(r, k.Offers)...)
}

// judgeRun tells of each request that failed, or else of the run as a whole what
// the first rule says that fits.
func (d *diagnosis) judgeRun() {
	if told := judgeVisits(d); len(told) > 0 {
		for _, f := range told {
			d.add(f)
		}
		return
	}
	for _, r := range runRules {
		if f, ok := r.tell(d); ok {
			d.add(r.finding(f))
			return
		}
	}
}

// issued notes which credentials were handed out by calls of the run itself.
func (d *diagnosis) issued(exchanges []mockaws.Exchange) {
	for i := range exchanges {
		if e := &exchanges[i]; e.Issued != "" {
			d.Issuers[e.Issued] = fmt.Sprintf("answer to call #%d, %s", e.Seq, e.Call)
		}
	}
}

// judge tells of a call what the first rule says that fits, and every hazard.
func (d *diagnosis) judge(c *call) {
	for _, r := range refusalRules {
		if f, ok := r.tell(c); ok {
			d.add(r.about(c, f))
			break
		}
	}
	if !c.Verdict.Accepted {
		return
	}
	for _, r := range hazardRules {
		if f, ok := r.tell(c); ok {
			d.add(r.about(c, f))
		}
	}
}

// add keeps a finding. Where an earlier call of the run had the same, for the same
// reason, that finding gets the number of this call.
func (d *diagnosis) add(f ledger.Finding) {
	for i := range d.out.Findings {
		g := &d.out.Findings[i]
		alike := g.Kind == f.Kind && g.Why == f.Why
		switch {
		case alike && g.What == f.What:
			return
		case alike && f.Kind == Unsigned && g.Change == f.Change:
			g.Also = append(g.Also, f.Seq)
			return
		}
	}
	d.out.Findings = append(d.out.Findings, f)
}

// call is an exchange with what is known of it.
type call struct {
	*diagnosis
	*mockaws.Exchange
	trace   ledger.Trace
	library library.Library
}
