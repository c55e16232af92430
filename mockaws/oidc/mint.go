package oidc

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// DefaultLifetime is used when TokenOptions.Lifetime is zero.
const DefaultLifetime = time.Hour

// TokenOptions say what a token states and what is wrong with it.
type TokenOptions struct {
	// Claims are added to the token. The issuer sets iss, iat, nbf, exp and jti
	// unless they are given. A claim that is nil is left out altogether.
	Claims map[string]any
	// Lifetime is from iat to exp.
	Lifetime time.Duration
	// Defect is what is wrong on purpose; "" for a good token.
	Defect Defect
	// Algorithm signs the token where the issuer has keys of several; "" is its own.
	Algorithm string
}

// Defect is a way in which a token is wrong.
type Defect string

// The defects that a token can be minted with.
const (
	Expired       Defect = "expired"        // exp is a minute in the past
	NotYetValid   Defect = "not-yet-valid"  // nbf is in an hour
	TooOld        Defect = "too-old"        // iat is a week in the past, exp in the future
	WrongAudience Defect = "wrong-audience" // aud names no known client
	WrongIssuer   Defect = "wrong-issuer"   // iss is another issuer
	WrongKey      Defect = "wrong-key"      // signed with a key that is not the one that kid names
	UnknownKey    Defect = "unknown-key"    // kid names no published key
	Unsigned      Defect = "unsigned"       // alg none
	Symmetric     Defect = "symmetric"      // alg HS256 with the public key as the secret
	Tampered      Defect = "tampered"       // sub was changed after signing
	NotAToken     Defect = "not-a-token"    // an opaque string
	NoSubject     Defect = "no-subject"     // without sub
	NoAudience    Defect = "no-audience"    // without aud
)

// Defects lists them.
func Defects() []Defect {
	return []Defect{Expired, NotYetValid, TooOld, WrongAudience, WrongIssuer, WrongKey, UnknownKey, Unsigned, Symmetric,
		Tampered, NotAToken, NoSubject, NoAudience}
}

// Mint makes a token, signed with the issuer's key.
func (i *Issuer) Mint(o TokenOptions) (string, error) {
	if o.Defect != "" && !slices.Contains(Defects(), o.Defect) {
		return "", fmt.Errorf("token defect %q: want one of %v", o.Defect, Defects())
	}
	if o.Lifetime < 0 {
		return "", fmt.Errorf("token lifetime %s: want a positive one, or the defect %q", o.Lifetime, Expired)
	}
	ring, err := i.ringOf(o.Algorithm)
	if err != nil {
		return "", err
	}
	key, err := ring.signing()
	if err != nil {
		return "", err
	}
	claims := i.claims(o)
	switch o.Defect {
	case NotAToken:
		return "v2.public." + rand.Text() + rand.Text(), nil
	case Unsigned:
		return unsigned(claims)
	case Symmetric:
		return symmetric(key, claims)
	case WrongKey, UnknownKey:
		other := &keyring{algorithm: algorithmOf(key)}
		id := key.KeyID
		if key, err = other.signing(); err != nil {
			return "", err
		}
		if o.Defect == WrongKey {
			key.KeyID = id
		}
	}
	token, err := i.sign(key, claims)
	if err == nil && o.Defect == Tampered {
		token, err = tamper(token, claims)
	}
	return token, err
}

func algorithmOf(key jose.JSONWebKey) jose.SignatureAlgorithm {
	return jose.SignatureAlgorithm(key.Algorithm)
}

// claims are all claims of a token, its defect included.
func (i *Issuer) claims(o TokenOptions) map[string]any {
	now := i.now()
	lifetime := o.Lifetime
	if lifetime == 0 {
		lifetime = DefaultLifetime
	}
	issued := now
	switch o.Defect {
	case Expired:
		issued = now.Add(-lifetime - time.Minute)
	case TooOld:
		issued, lifetime = now.Add(-7*24*time.Hour), 8*24*time.Hour
	}
	claims := map[string]any{
		"iss": i.url, "iat": issued.Unix(), "nbf": issued.Unix(), "exp": issued.Add(lifetime).Unix(),
		"jti": rand.Text(),
	}
	maps.Copy(claims, o.Claims)
	switch o.Defect {
	case NotYetValid:
		claims["nbf"], claims["exp"] = now.Add(time.Hour).Unix(), now.Add(time.Hour+lifetime).Unix()
	case WrongAudience:
		claims["aud"] = "https://example.invalid/another-audience"
	case WrongIssuer:
		claims["iss"] = "https://issuer.example.invalid"
	case NoSubject:
		claims["sub"] = nil
	case NoAudience:
		claims["aud"] = nil
	}
	if one, ok := claims["aud"].(string); ok && i.platform.Audiences {
		claims["aud"] = []string{one}
	}
	for name, value := range claims {
		if value == nil {
			delete(claims, name)
		}
	}
	return claims
}

func (i *Issuer) sign(key jose.JSONWebKey, claims map[string]any) (string, error) {
	options := &jose.SignerOptions{}
	if i.platform.Type != "" {
		options = options.WithType(jose.ContentType(i.platform.Type))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithmOf(key), Key: key}, options)
	if err != nil {
		return "", fmt.Errorf("issuer %s: %w", i.url, err)
	}
	return signed(signer, claims)
}

func signed(signer jose.Signer, claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("the token's claims: %w", err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	return jws.CompactSerialize()
}

func unsigned(claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("the token's claims: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(payload) + ".", nil
}

// symmetric is what fools a verifier that lets the token choose the algorithm:
// the secret of HS256 is the published key.
func symmetric(key jose.JSONWebKey, claims map[string]any) (string, error) {
	public, err := key.Public().MarshalJSON()
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: public,
		KeyID: key.KeyID}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	return signed(signer, claims)
}

// tamper changes the subject and keeps the signature.
func tamper(token string, claims map[string]any) (string, error) {
	changed := maps.Clone(claims)
	changed["sub"] = fmt.Sprint(claims["sub"], "-but-another")
	payload, err := json.Marshal(changed)
	if err != nil {
		return "", err
	}
	parts := strings.Split(token, ".")
	parts[1] = base64.RawURLEncoding.EncodeToString(payload)
	return strings.Join(parts, "."), nil
}
