package sigv4

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
)

// CanonicalRequest is the canonical request that the server computes. It shows
// the session token where that is signed; mistakes.Redact hides it.
func (a *Authorization) CanonicalRequest(r *Request, rules Rules) string {
	return string(a.appendCanonical(nil, r, rules))
}

// StringToSign is the string that the signature is computed over.
func (a *Authorization) StringToSign(r *Request, rules Rules) string {
	return string(a.appendStringToSign(nil, a.appendCanonical(nil, r, rules)))
}

func (a *Authorization) appendCanonical(b []byte, r *Request, rules Rules) []byte {
	b = append(b, r.Method...)
	b = append(b, '\n')
	b = canonical.AppendPath(b, r.Path, rules.S3 || rules.AsSent)
	b = append(b, '\n')
	b = canonical.AppendQuery(b, r.RawQuery)
	b = append(b, '\n')
	b = canonical.AppendHeaders(b, r.Host, r.Header, a.SignedHeaders)
	b = append(b, '\n')
	b = canonical.AppendJoined(b, a.SignedHeaders, ';')
	b = append(b, '\n')
	return appendPayloadHash(b, r, a, rules)
}

func (a *Authorization) appendStringToSign(b, request []byte) []byte {
	sum := sha256.Sum256(request)
	b = append(b, a.Algorithm...)
	b = append(b, '\n')
	b = a.Date.UTC().AppendFormat(b, canonical.BasicFormat)
	b = append(b, '\n')
	b = append(b, a.Scope()...)
	b = append(b, '\n')
	return hex.AppendEncode(b, sum[:])
}
