package facts

import (
	"slices"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// issues are the credentials that a place has handed out in a run, the ones that STS
// gave for its token among them, with the calls that used each: in time, after the
// end, or after the place had handed out others.
func issues(r *ledger.Result, o *Offered, bySTS []ledger.Issue, ends map[string]time.Time) []ledger.Issue {
	var out []ledger.Issue
	for _, l := range r.Lookups {
		if o.Endpoint == "" || l.Endpoint != o.Endpoint || l.KeyID == "" {
			continue
		}
		i := slices.IndexFunc(out, func(known ledger.Issue) bool { return known.KeyID == l.KeyID })
		if i < 0 {
			out = append(out, ledger.Issue{KeyID: l.KeyID, First: l.Time})
			i = len(out) - 1
		}
		out[i].Last, out[i].Count = l.Time, out[i].Count+1
	}
	for _, key := range o.KeyIDs {
		if o.Endpoint == "" && !ends[key].IsZero() {
			out = append(out, ledger.Issue{KeyID: key}) // before the run
		}
	}
	// What STS gives for a role by these credentials does not take their place.
	used(r, out, ends)
	used(r, bySTS, ends)
	return append(out, bySTS...)
}

// used notes when sets of credentials end and which calls were made with each.
func used(r *ledger.Result, sets []ledger.Issue, ends map[string]time.Time) {
	for i := range sets {
		if end, known := ends[sets[i].KeyID]; known {
			sets[i].End = end
		}
		for j := range r.Exchanges {
			noteUse(&sets[i], sets, &r.Exchanges[j])
		}
	}
}

// noteUse notes a call that was made with a set of credentials.
func noteUse(i *ledger.Issue, all []ledger.Issue, e *exchange.Exchange) {
	if e.Presented.KeyID != i.KeyID {
		return
	}
	i.Used = append(i.Used, e.Seq)
	ended := e.Verdict.Refusal != nil && e.Verdict.Refusal.Reason == verdict.TokenExpired
	if ended || !i.End.IsZero() && !e.Time.Before(i.End) {
		i.Late = append(i.Late, e.Seq)
	}
	newer := func(other ledger.Issue) bool {
		return other.KeyID != i.KeyID && other.First.After(i.First) && other.First.Before(e.Time)
	}
	if slices.ContainsFunc(all, newer) {
		i.Superseded = append(i.Superseded, e.Seq)
	}
}
