package harness

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws"
)

// Trace says which Source each part of one request's credentials came from.
type Trace struct {
	Seq    int64 `json:"seq"` // of the exchange
	KeyID  Part  `json:"keyId"`
	Secret Part  `json:"secret"`
	Token  Part  `json:"token"`
	Region Part  `json:"region"`
	Bearer Part  `json:"bearer"`
	// IdentityToken is the OpenID Connect token of a call that takes one.
	IdentityToken Part `json:"identityToken"`
	// Endpoint is where the call went.
	Endpoint Part `json:"endpoint"`
}

// Part is one part of a request's credentials.
type Part struct {
	// Shown is the value as it may be printed: a key id, a region, or a
	// description of a secret.
	Shown string `json:"shown,omitempty"`
	// Variables hold exactly this value, unless Derived is set; more than one
	// where the same value stands under several names.
	Variables []string `json:"variables,omitempty"`
	SetBy     SetBy    `json:"setBy,omitempty"` // who set the first of them
	// Alike says that the variables hold the same value, and that this does not tell
	// whether the program read them: it is a common word, such as a region.
	Alike bool `json:"alike,omitempty"`
	// Derived says how the value was made from that of the variables or the
	// file, where it is not the same: "the white space around it removed".
	Derived string `json:"derived,omitempty"`
	// Endpoint handed the part out, where no variable holds it.
	Endpoint string `json:"endpoint,omitempty"`
	// Header of the request that the subject answers has it.
	Header string `json:"header,omitempty"`
	// File holds it, too or alone.
	File string `json:"file,omitempty"`
	// Owner is the principal that the part belongs to, as the mock knows it.
	Owner string `json:"owner,omitempty"`
}

// Absent reports whether the request did not have this part.
func (p Part) Absent() bool { return p.Shown == "" }

// found reports whether any place has it.
func (p Part) found() bool {
	return len(p.Variables) > 0 || p.File != "" || p.Endpoint != "" || p.Header != ""
}

// From names the part's source for a person.
func (p Part) From() string {
	var from string
	switch {
	case len(p.Variables) > 0:
		from = fmt.Sprintf("%s (set by the %s)", strings.Join(p.Variables, " = "), p.SetBy)
		if p.Alike {
			from = "the same as " + from
		}
		if p.File != "" {
			from += " or the file " + p.File // the same value: which of the two was read cannot be told
		}
	case p.Endpoint != "":
		from = "the " + p.Endpoint
	case p.File != "":
		from = "the file " + p.File
	case p.Header != "":
		from = "the header " + p.Header + " of the request"
	default:
		return "no variable, file or endpoint of the host"
	}
	if p.Derived != "" {
		from += ", " + p.Derived
	}
	return from
}

func (d *diagnosis) trace(e *mockaws.Exchange) Trace {
	p := e.Presented
	t := Trace{Seq: e.Seq}
	t.KeyID = d.keyID(&p)
	t.KeyID.Owner, t.KeyID.Endpoint = p.KeyOwner, d.vended[p.KeyID]
	t.Secret = d.secret(e)
	t.Token = d.opaque(p.Token)
	t.Token.Owner, t.Token.Endpoint = p.TokenOwner, d.vended[p.TokenKeyID]
	t.Bearer = d.opaque(p.Bearer)
	t.IdentityToken = d.opaque(p.IdentityToken)
	t.Region = d.part(p.ScopeRegion, func(v string) bool { return p.ScopeRegion != "" && v == p.ScopeRegion }, nil)
	t.Region.Alike = len(t.Region.Variables) > 0
	t.Endpoint = d.part(e.Host, func(v string) bool {
		return e.Host != "" && (strings.HasPrefix(v, "http://"+e.Host) || strings.HasPrefix(v, "https://"+e.Host))
	}, nil)
	return t
}

// keyID traces a key id; what is none is traced, and shown, as a secret.
func (d *diagnosis) keyID(p *mockaws.Presented) Part {
	if p.NotKeyID != nil {
		return d.opaque(p.NotKeyID)
	}
	return d.part(p.KeyID, func(v string) bool { return p.KeyID != "" && v == p.KeyID }, nil)
}

// secret traces the secret that made the signature: one that the mock knows, or
// whatever of the environment makes that signature.
func (d *diagnosis) secret(e *mockaws.Exchange) Part {
	p := e.Presented
	secret := d.secrets[p.SecretOf]
	if p.SecretOf == "" || secret == "" {
		return d.signedWith(e)
	}
	part := d.part(fmt.Sprintf("the secret of %s (%d characters)", p.SecretOf, len(secret)), func(v string) bool { return v == secret }, nil)
	if !part.found() {
		d.derive(&part, func(v string) bool { return v == secret })
	}
	part.Endpoint = d.vended[p.SecretOf]
	return part
}

func (d *diagnosis) opaque(o *mockaws.Opaque) Part {
	if o == nil {
		return Part{}
	}
	is := func(v string) bool { return len(v) == o.Length && mockaws.Fingerprint(v) == o.Fingerprint }
	p := d.part(fmt.Sprintf("%d characters, %s…", o.Length, o.Prefix), is, func(v string) bool { return is(v) })
	p.Header, p.Endpoint = d.headers[o.Fingerprint], d.vended[o.Fingerprint]
	if f, rotated := d.formers[o.Fingerprint]; rotated && p.File == "" {
		p.File, p.Derived = f.file, "as it was until "+clock(f.until)+", when a new token took its place"
	}
	return p
}

// part finds the variables that hold a value, and failing that those from which
// it was derived.
func (d *diagnosis) part(shown string, holds, derived func(string) bool) Part {
	p := Part{Shown: shown}
	if shown == "" {
		return p
	}
	for _, v := range d.env.Variables() {
		if !holds(v.Value) {
			continue
		}
		p.add(v)
	}
	p.File = d.fileWith(holds)
	if derived != nil && !p.found() {
		d.derive(&p, derived)
	}
	return p
}

func (p *Part) add(v Variable) {
	if len(p.Variables) == 0 {
		p.SetBy = v.SetBy
	}
	p.Variables = append(p.Variables, v.Name)
}

// derive finds the first variable, or else file, that has the value in another
// form.
func (d *diagnosis) derive(p *Part, is func(string) bool) {
	for _, v := range d.env.Variables() {
		if v.SetBy == ByBase || len(v.Value) < minDerived {
			continue
		}
		for _, form := range derivations {
			if form.reaches(v.Value, is) {
				p.Derived = form.how
				p.add(v)
				return
			}
		}
	}
}

// fileWith is the first of the host's files that holds a value.
func (d *diagnosis) fileWith(holds func(string) bool) string {
	for _, path := range slices.Sorted(maps.Keys(d.files)) {
		if holds(strings.TrimSpace(d.files[path])) {
			return path
		}
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
