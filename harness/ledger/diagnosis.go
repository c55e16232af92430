package ledger

import "strings"

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
	// Also are further calls of which the same is to be said.
	Also []int64 `json:"also,omitempty"`
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
