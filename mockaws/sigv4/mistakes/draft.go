package mistakes

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
	"github.com/hostproof/hostproof/mockaws/sigv4/internal/keys"
)

// draft is everything that goes into a signature, taken apart, so that Explain
// can change a part and sign again. The draft of a request as it arrived gives
// the signature that the server expects.
type draft struct {
	// The canonical request.
	method, path, query string
	headers             []field
	gap                 string // between the headers and their names
	signed              string
	hash                string
	end                 string // after the hash

	// The string to sign.
	algorithm, date, scope string

	// The signing key.
	prefix, secret                                string // "AWS4", the secret
	keyDate, keyRegion, keyService, keyTerminator string
	hexKeys                                       bool // intermediate keys in hexadecimal digits
}

// field is one line of the canonical headers.
type field struct{ name, value string }

func newDraft(r *sigv4.Request, a *sigv4.Authorization, rules sigv4.Rules, secret string) *draft {
	d := &draft{
		method: r.Method, gap: "\n", signed: strings.Join(a.SignedHeaders, ";"),
		path:      string(canonical.AppendPath(nil, r.Path, rules.S3 || rules.AsSent)),
		query:     string(canonical.AppendQuery(nil, r.RawQuery)),
		hash:      a.PayloadHash(r, rules),
		algorithm: a.Algorithm, date: a.Date.UTC().Format(canonical.BasicFormat), scope: a.Scope(),
		prefix: "AWS4", secret: secret,
		keyDate: a.ScopeDate, keyRegion: a.Region, keyService: a.Service, keyTerminator: canonical.Terminator,
	}
	for _, name := range a.SignedHeaders {
		if line := canonical.AppendHeaders(nil, r.Host, r.Header, []string{name}); len(line) > 0 {
			d.headers = append(d.headers, field{name, string(line[len(name)+1 : len(line)-1])})
		}
	}
	return d
}

func (d *draft) clone() *draft {
	c := &draft{}
	c.copyFrom(d)
	return c
}

// copyFrom makes d like another draft, in the memory that it has already.
func (d *draft) copyFrom(other *draft) {
	headers := append(d.headers[:0], other.headers...)
	*d = *other
	d.headers = headers
}

// canonical is the canonical request.
func (d *draft) canonical() string { return string(d.appendCanonical(nil)) }

func (d *draft) appendCanonical(b []byte) []byte {
	b = append(b, d.method...)
	b = append(b, '\n')
	b = append(b, d.path...)
	b = append(b, '\n')
	b = append(b, d.query...)
	b = append(b, '\n')
	for _, h := range d.headers {
		b = append(b, h.name...)
		b = append(b, ':')
		b = append(b, h.value...)
		b = append(b, '\n')
	}
	b = append(b, d.gap...)
	b = append(b, d.signed...)
	b = append(b, '\n')
	b = append(b, d.hash...)
	return append(b, d.end...)
}

// toSign is the string to sign.
func (d *draft) toSign() string {
	return string(d.appendToSign(nil, sha256.Sum256(d.appendCanonical(nil))))
}

// appendToSign appends the string to sign of a canonical request with that hash.
func (d *draft) appendToSign(b []byte, sum [sha256.Size]byte) []byte {
	for _, line := range [...]string{d.algorithm, d.date, d.scope} {
		b = append(b, line...)
		b = append(b, '\n')
	}
	return hex.AppendEncode(b, sum[:])
}

// draftKey is everything that the signing key depends on.
type draftKey struct {
	prefix, secret, date, region, service, terminator string
	hex                                               bool
}

func (d *draft) key() draftKey {
	return draftKey{d.prefix, d.secret, d.keyDate, d.keyRegion, d.keyService, d.keyTerminator, d.hexKeys}
}

func (k draftKey) derive() [sha256.Size]byte {
	key := []byte(k.prefix + k.secret)
	var sum [sha256.Size]byte
	for _, part := range []string{k.date, k.region, k.service, k.terminator} {
		sum = keys.MAC(key, []byte(part))
		key = sum[:]
		if k.hex {
			key = []byte(hex.EncodeToString(key))
		}
	}
	return sum
}

// header finds a line of the canonical headers; nil where there is none.
func (d *draft) header(name string) *field {
	for i := range d.headers {
		if d.headers[i].name == name {
			return &d.headers[i]
		}
	}
	return nil
}

// setHeader changes a line, or adds it in its sorted place.
func (d *draft) setHeader(name, value string) {
	if f := d.header(name); f != nil {
		f.value = value
		return
	}
	i, _ := slices.BinarySearchFunc(d.headers, name, func(f field, name string) int {
		return strings.Compare(f.name,
			name)
	})
	d.headers = slices.Insert(d.headers, i, field{name, value})
}

func (d *draft) dropHeader(name string) {
	d.headers = slices.DeleteFunc(d.headers, func(f field) bool { return f.name == name })
}

// names are the lines' names, as SignedHeaders lists them.
func (d *draft) names() string {
	names := make([]string, len(d.headers))
	for i, h := range d.headers {
		names[i] = h.name
	}
	return strings.Join(names, ";")
}
