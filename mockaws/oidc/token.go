package oidc

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Algorithms are those with which AWS takes tokens
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html).
var Algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512}

// Problem is what is wrong with a token.
type Problem string

// The problems, in the order in which they are looked for.
const (
	ProblemNotToken     Problem = "not-a-token"     // no JSON Web Token at all
	ProblemAlgorithm    Problem = "algorithm"       // signed with none of Algorithms
	ProblemMissingClaim Problem = "missing-claim"   // iss, sub, aud, exp or iat
	ProblemUnreachable  Problem = "unreachable"     // the issuer's document or keys cannot be fetched
	ProblemIssuer       Problem = "issuer-mismatch" // the document is of another issuer
	ProblemUnknownKey   Problem = "unknown-key"     // the issuer has no key of that kid
	ProblemSignature    Problem = "bad-signature"   // not made with the issuer's key
	ProblemExpired      Problem = "expired"         // exp is over
	ProblemNotYetValid  Problem = "not-yet-valid"   // nbf or iat is to come
	ProblemTooOld       Problem = "too-old"         // iat is too long ago
)

// Error says why a token is refused.
type Error struct {
	Problem Problem
	Claim   string        // that is missing
	Now     time.Time     // of a token whose time it is not
	Expiry  time.Time     // of an expired token
	Age     time.Duration // of one that is too old
	Detail  string        // for the person who debugs it
	Err     error         // of the request for the issuer's keys; nil where none failed
}

// Unwrap is the error of the request for the issuer's keys.
func (e *Error) Unwrap() error { return e.Err }

// Error is one line; it never has the token.
func (e *Error) Error() string { return "token refused: " + string(e.Problem) + ": " + e.Detail }

// Token is a token as it reads. Until [Verifier.Verify] returns nil for it,
// nothing it states is known to be true.
type Token struct {
	Issuer, Subject string
	Audience        []string
	IssuedAt        time.Time
	NotBefore       time.Time // zero where the token has none
	Expiry          time.Time
	KeyID           string
	Algorithm       string
	Claims          map[string]any // as encoding/json decodes them

	jws *jose.JSONWebSignature
}

// Parse reads a token in compact form. Errors are of type *Error.
func Parse(token string) (*Token, error) {
	jws, err := jose.ParseSignedCompact(token, Algorithms)
	if err != nil {
		return nil, unreadable(token, err)
	}
	t := &Token{jws: jws, Algorithm: jws.Signatures[0].Header.Algorithm, KeyID: jws.Signatures[0].Header.KeyID}
	if err := json.Unmarshal(jws.UnsafePayloadWithoutVerification(), &t.Claims); err != nil || t.Claims == nil {
		return nil, &Error{Problem: ProblemNotToken, Detail: "its payload is no JSON object"}
	}
	return t, t.read()
}

// unreadable tells an algorithm that is not taken from what is no token.
func unreadable(token string, err error) error {
	head, rest, _ := strings.Cut(token, ".")
	var header struct {
		Algorithm any `json:"alg"`
	}
	raw, err2 := base64.RawURLEncoding.DecodeString(head)
	if err2 == nil && strings.Count(rest, ".") == 1 && json.Unmarshal(raw, &header) == nil {
		if alg, ok := header.Algorithm.(string); ok && !slices.Contains(Algorithms, jose.SignatureAlgorithm(alg)) {
			return &Error{Problem: ProblemAlgorithm, Detail: fmt.Sprintf("it is signed with %.20q; only %v are taken",
				alg, Algorithms)}
		}
	}
	return &Error{Problem: ProblemNotToken, Detail: fmt.Sprintf("%d characters that are no JSON Web Token: %.80s",
		len(token), strings.TrimPrefix(err.Error(), "go-jose/go-jose: "))}
}

// read fills the fields from the claims. Of several claims that are missing, sub
// is named first (aws-actions/configure-aws-credentials#502).
func (t *Token) read() error {
	t.Subject, _ = t.Claims["sub"].(string)
	t.Issuer, _ = t.Claims["iss"].(string)
	t.Audience = stringsOf(t.Claims["aud"])
	issued, hasIssued := numericDate(t.Claims["iat"])
	expiry, hasExpiry := numericDate(t.Claims["exp"])
	t.IssuedAt, t.Expiry = issued, expiry
	t.NotBefore, _ = numericDate(t.Claims["nbf"])
	for _, claim := range []struct {
		name  string
		there bool
	}{{"sub", t.Subject != ""}, {"aud", len(t.Audience) > 0}, {"iss", t.Issuer != ""}, {"exp", hasExpiry},
		{"iat", hasIssued}} {
		if !claim.there {
			return &Error{Problem: ProblemMissingClaim, Claim: claim.name, Detail: "it has no claim " + claim.name +
				", or not of the right type"}
		}
	}
	return nil
}

func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, x := range v {
			if text, ok := x.(string); ok {
				list = append(list, text)
			}
		}
		return list
	}
	return nil
}

// numericDate reads seconds since 1970 (RFC 7519, section 2), in a range that
// calendars have.
func numericDate(v any) (time.Time, bool) {
	seconds, ok := v.(float64)
	if !ok || math.Abs(seconds) > 1<<40 {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0).UTC(), true
}
