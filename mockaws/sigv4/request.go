package sigv4

import (
	"crypto/sha256"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
)

// Request is what arrived, as close to the wire as it can be had.
type Request struct {
	Method string
	Host   string // the Host header, or :authority
	// Path is the path of the request line: not decoded, no query.
	Path string
	// RawQuery is what follows the first "?", not decoded.
	RawQuery string
	// Header in net/http's canonical spelling. Without Host.
	Header http.Header
	Body   []byte

	// hash is the SHA-256 of hashed, in hex.
	hash   [2 * sha256.Size]byte
	hashed []byte
}

// HashBody computes the SHA-256 of the body, in hex, and keeps it for the checks
// of this package, for which a large body would be hashed again. Another body is
// hashed anew; the bytes of this one must not change. It is not for a request
// that others use at the same time.
func (r *Request) HashBody() string {
	canonical.AppendHash(r.hash[:0], r.Body)
	r.hashed = r.Body
	return string(r.hash[:])
}

// appendBodyHash appends the SHA-256 of the body, in hex.
func (r *Request) appendBodyHash(b []byte) []byte {
	if len(r.hashed) > 0 && len(r.hashed) == len(r.Body) && &r.hashed[0] == &r.Body[0] {
		return append(b, r.hash[:]...)
	}
	return canonical.AppendHash(b, r.Body)
}

// FromHTTP is the request behind a server's http.Request and its whole body.
// The header is shared with r, not copied, unless net/http took something out
// of it that may have been signed.
func FromHTTP(r *http.Request, body []byte) *Request {
	path, query := target(r)
	return &Request{
		Method: r.Method, Host: r.Host, Path: path, RawQuery: query,
		Header: restored(r), Body: body,
	}
}

// target splits the request target into path and query. RFC 9112, section 3.2,
// has four forms of it.
func target(r *http.Request) (path, query string) {
	uri := r.RequestURI
	switch {
	case uri == "" && r.URL != nil: // a client's request
		return r.URL.EscapedPath(), r.URL.RawQuery
	case !strings.HasPrefix(uri, "/") && strings.Contains(uri, "://"): // absolute form, as proxies get it
		_, uri, _ = strings.Cut(uri, "://")
		if i := strings.IndexAny(uri, "/?"); i >= 0 {
			uri = uri[i:]
		} else {
			uri = ""
		}
	}
	path, query, _ = strings.Cut(uri, "?")
	return path, query
}

// restored puts back what net/http moves from the header into fields.
func restored(r *http.Request) http.Header {
	h, owned := r.Header, false
	put := func(name, value string) {
		if value == "" || len(h[name]) > 0 {
			return
		}
		if !owned {
			if h = maps.Clone(h); h == nil {
				h = http.Header{}
			}
			owned = true
		}
		h[name] = []string{value}
	}
	if r.ContentLength > 0 && len(r.TransferEncoding) == 0 {
		put("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	put("Transfer-Encoding", strings.Join(r.TransferEncoding, ", "))
	put("Trailer", strings.Join(slices.Sorted(maps.Keys(r.Trailer)), ", "))
	return h
}

// Values are the values of a header by its lower-case name, in the order of
// arrival; nil where the request has none.
func (r *Request) Values(name string) []string { return canonical.Values(r.Header, name) }

// First is the first value of a header, without the space around it.
func (r *Request) First(name string) (string, bool) {
	if v := r.Values(name); len(v) > 0 {
		return strings.Trim(v[0], " \t"), true
	}
	return "", false
}

// CredentialOf is the credential that a request presents, key id and scope, as
// it was sent: "AKIA.../20250130/us-east-1/bedrock/aws4_request". Empty where
// there is none. It serves routing; it checks nothing.
func CredentialOf(r *Request) string {
	if header, ok := r.First("authorization"); ok {
		_, parameters, _ := strings.Cut(header, " ")
		return readParameters(parameters).credential
	}
	params, _ := canonical.SplitQuery(r.RawQuery)
	return canonical.QueryParameter(params, "X-Amz-Credential")
}
