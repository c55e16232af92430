package metadata

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// proofAge is how far the time of a proof may be off. RFC 9449 leaves it to the
// server; what AWS allows is not documented.
const proofAge = 5 * time.Minute

// maxProof bounds a proof, in characters.
const maxProof = 8 << 10

// proofClaims are what a proof states (RFC 9449, section 4.2).
type proofClaims struct {
	ID     string  `json:"jti"`
	Method string  `json:"htm"`
	URL    string  `json:"htu"`
	Issued float64 `json:"iat"` // seconds since 1970
}

// checkProof checks the DPoP header of a request: a JWT signed with ES256 by the
// key that it contains, for this method and URL, made just now. It returns the
// proof's id.
func checkProof(values []string, method, url string, now time.Time) (id string, err error) {
	if len(values) != 1 || len(values[0]) > maxProof {
		return "", fmt.Errorf("the request has %d DPoP headers, want one of %d characters at most", len(values),
			maxProof)
	}
	payload, err := verifyProof(values[0])
	if err != nil {
		return "", err
	}
	var claims proofClaims
	if err := json.Unmarshal(payload, &claims); err != nil {
		return "", fmt.Errorf("the claims of the DPoP header cannot be read: %w", err)
	}
	age := now.Sub(time.Unix(int64(claims.Issued), 0)).Abs()
	switch {
	case claims.Method != method:
		return "", fmt.Errorf("the proof is for method %.20q, not %s", claims.Method, method)
	case claims.URL != url:
		return "", fmt.Errorf("the proof is for %.200q, not %s", claims.URL, url)
	case age > proofAge:
		return "", fmt.Errorf("the proof's time is %s off", age)
	case claims.ID == "":
		return "", errors.New("the proof has no jti")
	}
	return claims.ID, nil
}

// verifyProof checks the signature of a proof by the key in its header, which
// must be a public one, and returns the claims.
func verifyProof(text string) ([]byte, error) {
	proof, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, fmt.Errorf("the DPoP header is not a JWT signed with ES256: %w", err)
	}
	header := proof.Signatures[0].Header
	if kind := header.ExtraHeaders[jose.HeaderType]; kind != "dpop+jwt" {
		return nil, fmt.Errorf("the proof is of type %.20q, want \"dpop+jwt\"", kind)
	}
	if header.JSONWebKey == nil {
		return nil, errors.New("the proof's header has no jwk: the key that signed it")
	}
	payload, err := proof.Verify(header.JSONWebKey)
	if err != nil {
		return nil, fmt.Errorf("the proof's signature is not by the key in its header: %w", err)
	}
	return payload, nil
}
