package facts

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

func (d *Facts) trace(e *exchange.Exchange) ledger.Trace {
	p := e.Presented
	t := ledger.Trace{Seq: e.Seq}
	t.KeyID = d.keyID(&p)
	t.KeyID.Owner, t.KeyID.Endpoint = p.KeyOwner, d.Issuers[p.KeyID]
	t.Secret = d.secret(e)
	t.Token = d.opaque(p.Token)
	t.Token.Owner, t.Token.Endpoint = p.TokenOwner, d.Issuers[p.TokenKeyID]
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
func (d *Facts) keyID(p *exchange.Presented) ledger.Part {
	if p.NotKeyID != nil {
		return d.opaque(p.NotKeyID)
	}
	return d.part(p.KeyID, func(v string) bool { return p.KeyID != "" && v == p.KeyID }, nil)
}

// secret traces the secret that made the signature: one that the mock knows, or
// whatever of the environment makes that signature.
func (d *Facts) secret(e *exchange.Exchange) ledger.Part {
	p := e.Presented
	secret := d.Secrets[p.SecretOf]
	if p.SecretOf == "" || secret == "" {
		return d.signedWith(e)
	}
	part := d.part(
		fmt.Sprintf("the secret of %s (%d characters)", p.SecretOf, len(secret)),
		func(v string) bool { return v == secret },
		nil,
	)
	if !part.Found() {
		d.derive(&part, func(v string) bool { return v == secret })
	}
	part.Endpoint = d.Issuers[p.SecretOf]
	return part
}

func (d *Facts) opaque(o *exchange.Opaque) ledger.Part {
	if o == nil {
		return ledger.Part{}
	}
	is := func(v string) bool { return len(v) == o.Length && exchange.Fingerprint(v) == o.Fingerprint }
	p := d.part(fmt.Sprintf("%d characters, %s…", o.Length, o.Prefix), is, func(v string) bool { return is(v) })
	p.Header, p.Endpoint = d.Headers[o.Fingerprint], d.Issuers[o.Fingerprint]
	if f, rotated := d.Rotated[o.Fingerprint]; rotated && p.File == "" {
		p.File, p.Derived = f.File, "as it was until "+Clock(f.Until)+", when a new token took its place"
	}
	return p
}

// part finds the variables that hold a value, and failing that those from which
// it was derived.
func (d *Facts) part(shown string, holds, derived func(string) bool) ledger.Part {
	p := ledger.Part{Shown: shown}
	if shown == "" {
		return p
	}
	for _, v := range d.Env.Variables() {
		if !holds(v.Value) {
			continue
		}
		add(&p, v)
	}
	p.File = d.fileWith(holds)
	if derived != nil && !p.Found() {
		d.derive(&p, derived)
	}
	return p
}

func add(p *ledger.Part, v ledger.Variable) {
	if len(p.Variables) == 0 {
		p.SetBy = v.SetBy
	}
	p.Variables = append(p.Variables, v.Name)
}

// derive finds the first variable, or else file, that has the value in another
// form.
func (d *Facts) derive(p *ledger.Part, is func(string) bool) {
	for _, v := range d.Env.Variables() {
		if v.SetBy == ledger.ByBase || len(v.Value) < minDerived {
			continue
		}
		for _, form := range derivations {
			if form.reaches(v.Value, is) {
				p.Derived = form.how
				add(p, v)
				return
			}
		}
	}
}

// fileWith is the first of the host's files that holds a value.
func (d *Facts) fileWith(holds func(string) bool) string {
	for _, path := range slices.Sorted(maps.Keys(d.Files)) {
		if holds(strings.TrimSpace(d.Files[path])) {
			return path
		}
		for _, word := range strings.FieldsFunc(d.Files[path], notInValue) {
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
