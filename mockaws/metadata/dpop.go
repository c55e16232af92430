package metadata

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// proofAge is how far the time of a proof may be off. RFC 9449 leaves it to the
// server; what AWS allows is not documented.
const proofAge = 5 * time.Minute

// maxProof bounds a proof, in characters.
const maxProof = 8 << 10

// proofHeader is the header of a DPoP proof (RFC 9449, section 4.2).
type proofHeader struct {
	Typ string
	Alg string
	JWK struct{ Kty, Crv, X, Y, D string }
}

type proofClaims struct {
	JTI string
	HTM string
	HTU string
	IAT float64 // seconds since 1970
}

// checkProof checks the DPoP header of a request: a JWT signed with ES256 by the
// key that it contains, for this method and URL, made just now. It returns the
// proof's id.
func checkProof(values []string, method, url string, now time.Time) (id string, err error) {
	if len(values) != 1 || len(values[0]) > maxProof {
		return "", fmt.Errorf("the request has %d DPoP headers, want one of %d characters at most", len(values),
			maxProof)
	}
	parts := strings.Split(values[0], ".")
	if len(parts) != 3 {
		return "", fmt.Errorf("the DPoP header has %d parts, want the 3 of a JWT", len(parts))
	}
	var header proofHeader
	var claims proofClaims
	if err := errors.Join(decodePart(parts[0], &header), decodePart(parts[1], &claims)); err != nil {
		return "", fmt.Errorf("the DPoP header is no JWT: %w", err)
	}
	if err := header.verify(parts); err != nil {
		return "", err
	}
	age := now.Sub(time.Unix(int64(claims.IAT), 0)).Abs()
	switch {
	case claims.HTM != method:
		return "", fmt.Errorf("the proof is for method %.20q, not %s", claims.HTM, method)
	case claims.HTU != url:
		return "", fmt.Errorf("the proof is for %.200q, not %s", claims.HTU, url)
	case age > proofAge:
		return "", fmt.Errorf("the proof's time is %s off", age)
	case claims.JTI == "":
		return "", errors.New("the proof has no jti")
	}
	return claims.JTI, nil
}

func decodePart(part string, into any) error {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// verify checks the signature over the parts of the JWT.
func (h *proofHeader) verify(parts []string) error {
	switch {
	case h.Typ != "dpop+jwt" || h.Alg != "ES256":
		return fmt.Errorf("the proof is of type %.20q and algorithm %.20q, want dpop+jwt and ES256", h.Typ, h.Alg)
	case h.JWK.Kty != "EC" || h.JWK.Crv != "P-256":
		return fmt.Errorf("the proof's key is %.20q %.20q, want EC P-256", h.JWK.Kty, h.JWK.Crv)
	case h.JWK.D != "":
		return errors.New("the proof shows its private key")
	}
	x, err1 := base64.RawURLEncoding.DecodeString(h.JWK.X)
	y, err2 := base64.RawURLEncoding.DecodeString(h.JWK.Y)
	signature, err3 := base64.RawURLEncoding.DecodeString(parts[2])
	if err := errors.Join(err1, err2, err3); err != nil || len(x) != 32 || len(y) != 32 || len(signature) != 64 {
		return errors.New("the proof's key or signature has not the length of P-256's")
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
	if err != nil {
		return errors.New("the proof's key is not on the curve")
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return errors.New("the proof's signature is not of its key")
	}
	return nil
}
