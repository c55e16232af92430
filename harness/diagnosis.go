package harness

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws"
)

// Diagnosis explains a run: where each part of the credentials came from, what
// does not fit together, and what to change.
type Diagnosis struct {
	// Traces has one entry an exchange that carried credentials, in order.
	Traces   []Trace   `json:"traces,omitempty"`
	Findings []Finding `json:"findings,omitempty"`
}

// Trace says which Source each part of one request's credentials came from.
type Trace struct {
	Seq    int64 `json:"seq"` // of the exchange
	KeyID  Part  `json:"keyId"`
	Secret Part  `json:"secret"`
	Token  Part  `json:"token"`
	Region Part  `json:"region"`
	Bearer Part  `json:"bearer"`
}

// Part is one part of a request's credentials.
type Part struct {
	// Shown is the value as it may be printed: a key id, a region, or a
	// description of a secret.
	Shown string `json:"shown,omitempty"`
	// Variables hold exactly this value; more than one where the same value
	// stands under several names.
	Variables []string `json:"variables,omitempty"`
	SetBy     SetBy    `json:"setBy,omitempty"` // who set the first of them
	// Endpoint handed the part out, where no variable holds it.
	Endpoint string `json:"endpoint,omitempty"`
	// File holds it, too or alone.
	File string `json:"file,omitempty"`
	// Owner is the principal that the part belongs to, as the mock knows it.
	Owner string `json:"owner,omitempty"`
}

// Absent reports whether the request did not have this part.
func (p Part) Absent() bool { return p.Shown == "" }

// From names the part's source for a person.
func (p Part) From() string {
	switch {
	case len(p.Variables) == 0 && p.Endpoint != "":
		return "the " + p.Endpoint
	case len(p.Variables) == 0 && p.File != "":
		return "the file " + p.File
	case len(p.Variables) == 0:
		return "no variable, file or endpoint of the host"
	}
	from := fmt.Sprintf("%s (set by the %s)", strings.Join(p.Variables, " = "), p.SetBy)
	if p.File != "" {
		from += " or the file " + p.File // the same value: which of the two was read cannot be told
	}
	return from
}

// Kind names a finding.
type Kind string

// Finding is one thing that is wrong, or will be.
type Finding struct {
	Kind Kind  `json:"kind"`
	Seq  int64 `json:"seq,omitempty"` // of the exchange, 0 for the run as a whole
	// Text says what happened and why, Change what to do about it.
	Text   string `json:"text"`
	Change string `json:"change"`
	// Source is where the rule is documented, publicly.
	Source string `json:"source,omitempty"`
	// Variables are the ones that the finding is about: for mixed credentials
	// the key's and the token's.
	Variables []string `json:"variables,omitempty"`
}

// diagnosis is the work of explaining one run.
type diagnosis struct {
	result *Result
	env    *Environment // as the subject found it
	known
	out Diagnosis
}

// known is what a deployment knows of credentials, by key id: the secrets of
// those that it made, and which endpoint handed them out. Files are the host's,
// by path.
type known struct{ secrets, vended, files map[string]string }

func diagnose(r *Result, k known) Diagnosis {
	d := &diagnosis{result: r, env: &Environment{variables: r.Environment}, known: k}
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		t := d.trace(e)
		if e.Presented.Scheme != "none" {
			d.out.Traces = append(d.out.Traces, t)
		}
		for _, rule := range exchangeRules {
			if f := rule(d, e, &t); f != nil {
				f.Seq = e.Seq
				d.add(*f)
				break // the first rule that fits says it best
			}
		}
	}
	for _, rule := range runRules {
		if f := rule(d); f != nil {
			d.add(*f)
		}
	}
	return d.out
}

// add keeps a finding unless an earlier call of the run had the same.
func (d *diagnosis) add(f Finding) {
	for _, g := range d.out.Findings {
		if g.Kind == f.Kind && g.Text == f.Text {
			return
		}
	}
	d.out.Findings = append(d.out.Findings, f)
}

func (d *diagnosis) trace(e *mockaws.Exchange) Trace {
	p := e.Presented
	t := Trace{Seq: e.Seq}
	t.KeyID = d.part(p.KeyID, func(v string) bool { return p.KeyID != "" && v == p.KeyID })
	t.KeyID.Owner, t.KeyID.Endpoint = p.KeyOwner, d.vended[p.KeyID]
	if secret := d.secrets[p.SecretOf]; p.SecretOf != "" && secret != "" {
		t.Secret = d.part(fmt.Sprintf("the secret of %s (%d characters)", p.SecretOf, len(secret)), func(v string) bool { return v == secret })
		t.Secret.Endpoint = d.vended[p.SecretOf]
	}
	t.Token = d.opaque(p.Token)
	t.Token.Owner, t.Token.Endpoint = p.TokenOwner, d.vended[p.TokenKeyID]
	t.Bearer = d.opaque(p.Bearer)
	t.Region = d.part(p.ScopeRegion, func(v string) bool { return p.ScopeRegion != "" && v == p.ScopeRegion })
	return t
}

func (d *diagnosis) opaque(o *mockaws.Opaque) Part {
	if o == nil {
		return Part{}
	}
	return d.part(fmt.Sprintf("%d characters, %s…", o.Length, o.Prefix), func(v string) bool {
		return len(v) == o.Length && mockaws.Fingerprint(v) == o.Fingerprint
	})
}

// part finds the variables that hold a value.
func (d *diagnosis) part(shown string, holds func(string) bool) Part {
	p := Part{Shown: shown}
	if shown == "" {
		return p
	}
	for _, v := range d.env.Variables() {
		if !holds(v.Value) {
			continue
		}
		if len(p.Variables) == 0 {
			p.SetBy = v.SetBy
		}
		p.Variables = append(p.Variables, v.Name)
	}
	p.File = d.fileWith(holds)
	return p
}

// fileWith is the first of the host's files that holds a value.
func (d *diagnosis) fileWith(holds func(string) bool) string {
	for _, path := range slices.Sorted(maps.Keys(d.files)) {
		for _, word := range strings.FieldsFunc(d.files[path], notInValue) {
			if holds(word) || holds(strings.TrimRight(word, "=")) {
				return path
			}
		}
	}
	return ""
}

// notInValue separates values in a file: what is neither in base64 nor in a name.
func notInValue(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("+/=-_", r))
}
