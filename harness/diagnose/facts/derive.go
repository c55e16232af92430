package facts

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// minDerived is the least length of a value that others are derived from:
// shorter ones are like too much.
const minDerived = 16

// derivation is a way in which a program, or the author of a variable, makes
// one value of another.
type derivation struct {
	how  string // after "from VARIABLE, "
	make func(string) []string
}

func (d derivation) reaches(value string, is func(string) bool) bool {
	for _, made := range d.make(value) {
		if made != value && is(made) {
			return true
		}
	}
	return false
}

// derivations, the likelier ones first.
var derivations = []derivation{
	{"the white space around it removed", one(strings.TrimSpace)},
	{"its quotation marks removed", one(func(v string) string { return strings.Trim(strings.TrimSpace(v), `"'`) })},
	{"put into quotation marks", func(v string) []string { return []string{`"` + v + `"`, "'" + v + "'"} }},
	{"a newline put after it", func(v string) []string { return []string{v + "\n", v + "\r\n"} }},
	{"decoded from base64", decodings},
	{"encoded in base64", func(v string) []string {
		return []string{
			base64.StdEncoding.EncodeToString([]byte(v)),
			base64.RawStdEncoding.EncodeToString([]byte(v)),
			base64.URLEncoding.EncodeToString([]byte(v)),
		}
	}},
	{"percent-decoded", func(v string) []string {
		q, err1 := url.QueryUnescape(v)
		p, err2 := url.PathUnescape(v)
		if err1 != nil || err2 != nil {
			return nil
		}
		return []string{q, p}
	}},
	{"percent-encoded", func(v string) []string { return []string{url.QueryEscape(v), url.PathEscape(v)} }},
	{"in lower case", one(strings.ToLower)},
	{"in upper case", one(strings.ToUpper)},
	{"cut off", cuts},
}

func one(f func(string) string) func(string) []string {
	return func(v string) []string { return []string{f(v)} }
}

func decodings(v string) (out []string) {
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding} {
		if b, err := enc.DecodeString(v); err == nil {
			out = append(out, string(b), strings.TrimSpace(string(b)))
		}
	}
	return out
}

// maxCuts bounds the beginnings of a value that are tried.
const maxCuts = 4096

// cuts are the beginnings of a value, the longest first.
func cuts(v string) (out []string) {
	for n := len(v) - 1; n >= minDerived && len(out) < maxCuts; n-- {
		out = append(out, v[:n])
	}
	return out
}

// signedWith finds what of the environment made a signature that no known
// secret made: the mock shows what was to be signed, and the beginning of the
// signature. It finds nothing where the request itself was signed wrongly.
func (d *Facts) signedWith(e *exchange.Exchange) ledger.Part {
	if e.Explanation == nil || e.Presented.Scheme != "sigv4" {
		return ledger.Part{}
	}
	_, claimed, ok := strings.Cut(e.Header.Get("Authorization"), "Signature=")
	claimed = strings.TrimSuffix(claimed, "…")
	if !ok || len(claimed) < 8 {
		return ledger.Part{}
	}
	made := func(secret string) bool {
		return secret != "" && strings.HasPrefix(sigv4.Signature(secret, e.Explanation.StringToSign), claimed)
	}
	p := d.part("another secret", made, nil)
	if !p.Found() {
		d.derive(&p, made)
	}
	if !p.Found() {
		return ledger.Part{}
	}
	return p
}
