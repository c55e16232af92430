package harness

import (
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws"
)

// Diagnosis explains a run: where each part of the credentials came from, what
// does not fit together, and what to change. As JSON it is part of a Result;
// fields are added, never renamed.
type Diagnosis struct {
	// Traces has one entry an exchange that carried credentials, in order.
	Traces   []Trace   `json:"traces,omitempty"`
	Findings []Finding `json:"findings,omitempty"`
}

// Problems are the findings about what failed, without the hazards.
func (d *Diagnosis) Problems() []Finding { return d.only(false) }

// Hazards are the findings about what worked and may not go on to.
func (d *Diagnosis) Hazards() []Finding { return d.only(true) }

func (d *Diagnosis) only(hazard bool) (out []Finding) {
	for _, f := range d.Findings {
		if f.Hazard == hazard {
			out = append(out, f)
		}
	}
	return out
}

// Kind names a finding; it is the id of the rule that made it.
type Kind string

// Finding is one thing that is wrong, or will be.
type Finding struct {
	Kind Kind `json:"kind"`
	// Hazard: nothing failed by it in this run.
	Hazard bool  `json:"hazard,omitempty"`
	Seq    int64 `json:"seq,omitempty"` // of the exchange, 0 for the run as a whole
	// What happened, in a sentence; why; and what to do about it.
	What   string `json:"what"`
	Why    string `json:"why,omitempty"`
	Change string `json:"change"`
	// Library made the call, as far as its User-Agent tells; Change speaks of it.
	Library string `json:"library,omitempty"`
	// Source is where the rule is documented, publicly; Confidence how sure it
	// is: V verified, L likely, U unverified.
	Source     string `json:"source,omitempty"`
	Confidence string `json:"confidence,omitempty"`
	// Variables are the ones that the finding is about: for mixed credentials
	// the key's and the token's.
	Variables []string `json:"variables,omitempty"`
}

// Paragraph is the finding as one text: what happened, why, what to change.
func (f Finding) Paragraph() string {
	return strings.Join(strings.Fields(f.What+" "+f.Why+" "+f.Change), " ")
}

// diagnosis is the work of explaining one run.
type diagnosis struct {
	result *Result
	env    *Environment // as the subject found it
	known
	about *saying // what is looked at alone; nil: all that the subject said
	out   Diagnosis
}

// known is what a deployment knows of credentials, by key id: the secrets of
// those that it made, and which endpoint handed them out. Files are the host's,
// by path.
type known struct {
	secrets, vended, files map[string]string
	formers                map[string]former    // by fingerprint: what files had before
	ends                   map[string]time.Time // by key id
	headers                map[string]string    // by fingerprint of the value
	platform               string               // the account of the host's own principal
	roles                  []string             // by what the host gives the program a role, in words
	roleNames              []string             // of the host, as its fixture calls them
	offered                []string             // variables with a key that the program is free not to use
	advice                 []fixtures.Advice    // of the host
	requestHeaders         []string             // by which the host hands out credentials with each request
	roleOfPrincipal        map[string]string    // the fixture's name of a role, by its name in IAM
}

func diagnose(r *Result, k known) Diagnosis {
	d := &diagnosis{result: r, env: &Environment{variables: r.Environment}, known: k}
	d.issued(r.Exchanges)
	for i := range r.Exchanges {
		c := &call{diagnosis: d, Exchange: &r.Exchanges[i]}
		c.trace = d.trace(c.Exchange)
		c.library = LibraryOf(c.Header.Get("User-Agent"))
		if c.Presented.Scheme != "none" {
			d.out.Traces = append(d.out.Traces, c.trace)
		}
		d.judge(c)
	}
	d.judgeRun()
	return d.out
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
			d.vended[e.Issued] = fmt.Sprintf("answer to call #%d, %s", e.Seq, e.Call)
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

// add keeps a finding unless an earlier call of the run had the same.
func (d *diagnosis) add(f Finding) {
	for _, g := range d.out.Findings {
		if g.Kind == f.Kind && g.What == f.What && g.Why == f.Why {
			return
		}
	}
	d.out.Findings = append(d.out.Findings, f)
}

// call is an exchange with what is known of it.
type call struct {
	*diagnosis
	*mockaws.Exchange
	trace   Trace
	library Library
}
