// Package rule is what a rule of the diagnosis is made of. Each rule has a folder
// of its own below harness/diagnose/rules, with its documentation and its test
// data; package diagnose lists and asks them.
package rule

import (
	"cmp"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Rule looks at what is known for certain, and says what follows.
type Rule struct {
	// Kind names the rule and its findings; the folder has the same name, without
	// the dashes.
	Kind ledger.Kind
	Doc  Doc
	// Needs is the data that the rule looks at; without it the rule is not asked
	// of a kind.
	Needs facts.Needs
	// Uses is further data that makes its sentences surer where it is there.
	Uses facts.Needs
	// Source is where the rule is documented, publicly; Confidence how sure it is:
	// V verified, L likely, U unverified.
	Source, Confidence string
	// Hazard says that nothing fails by what the rule finds.
	Hazard bool

	// Call looks at one AWS call, Run at the run as a whole, Visit at one request
	// to a server. A rule has at least one of them.
	Call  func(*facts.Call) (Telling, bool)
	Run   func(*facts.Facts) (Telling, bool)
	Visit func(*facts.Facts, *ledger.Visit) (Telling, bool)
}

// Doc explains a rule to the person who got its finding.
type Doc struct {
	// Title is a line without a full stop.
	Title string
	// Text says what the finding means, in whole sentences.
	Text string
	// Example is how a finding begins.
	Example string
}

// Telling is what a rule has to say: the parts of a finding that are its own.
type Telling struct {
	What, Why, Change string
	// Kind and Source are given where they are other than the rule's.
	Kind   ledger.Kind
	Source string
	// Confidence is given where it is other than the rule's.
	Confidence string
	Variables  []string
	// Hazard says that nothing failed by it this time.
	Hazard bool
}

// OnCall is the rule's finding about a call, if it has one.
func (r *Rule) OnCall(c *facts.Call) (ledger.Finding, bool) {
	t, ok := r.Call(c)
	if !ok {
		return ledger.Finding{}, false
	}
	f := r.finding(t)
	f.Seq, f.Library = c.Seq, c.Library.String()
	return f, true
}

// OnRun is the rule's finding about the run, if it has one.
func (r *Rule) OnRun(f *facts.Facts) (ledger.Finding, bool) {
	t, ok := r.Run(f)
	return r.finding(t), ok
}

// OnVisit is the rule's finding about a request to a server, if it has one.
func (r *Rule) OnVisit(f *facts.Facts, v *ledger.Visit) (ledger.Finding, bool) {
	t, ok := r.Visit(f, v)
	return r.finding(t), ok
}

func (r *Rule) finding(t Telling) ledger.Finding {
	return ledger.Finding{
		Kind:       cmp.Or(t.Kind, r.Kind),
		Hazard:     r.Hazard || t.Hazard,
		What:       t.What,
		Why:        t.Why,
		Change:     prose.Sentence(t.Change),
		Source:     cmp.Or(t.Source, r.Source),
		Confidence: cmp.Or(t.Confidence, r.Confidence),
		Variables:  t.Variables,
	}
}
