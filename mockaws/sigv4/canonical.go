package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
)

// CanonicalRequest is the canonical request that the server computes. It shows
// the session token where that is signed; Redact hides it.
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
	b = appendPath(b, r.Path, rules.S3 || rules.AsSent)
	b = append(b, '\n')
	b = appendQuery(b, r.RawQuery)
	b = append(b, '\n')
	b = appendHeaders(b, r, a.SignedHeaders)
	b = append(b, '\n')
	b = appendJoined(b, a.SignedHeaders, ';')
	b = append(b, '\n')
	return appendPayloadHash(b, r, a, rules)
}

func (a *Authorization) appendStringToSign(b, canonical []byte) []byte {
	sum := sha256.Sum256(canonical)
	b = append(b, a.Algorithm...)
	b = append(b, '\n')
	b = a.Date.UTC().AppendFormat(b, basicFormat)
	b = append(b, '\n')
	b = append(b, a.Scope()...)
	b = append(b, '\n')
	return hex.AppendEncode(b, sum[:])
}
