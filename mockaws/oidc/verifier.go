package oidc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// What AWS allows is not documented; these are guesses, wide enough for every
// platform's tokens.
const (
	leeway   = 5 * time.Minute // of nbf and iat; exp has none
	maxAge   = 24*time.Hour + leeway
	keysLive = time.Hour // how long fetched keys are believed
)

// maxDocument bounds what is read from an issuer, in bytes.
const maxDocument = 1 << 20

// Verifier verifies tokens against the discovery document and the keys of their
// issuer. There are no thumbprints: the transport is trusted. It is safe for
// concurrent use.
type Verifier struct {
	client *http.Client
	now    func() time.Time

	mu   sync.Mutex
	keys map[string]fetched // by issuer
}

type fetched struct {
	keys []jose.JSONWebKey
	at   time.Time
}

// NewVerifier makes one that reaches issuers through a transport, such as an
// *Issuers. A nil now is time.Now.
func NewVerifier(transport http.RoundTripper, now func() time.Time) *Verifier {
	if now == nil {
		now = time.Now
	}
	return &Verifier{
		client: &http.Client{Transport: transport, Timeout: 5 * time.Second, CheckRedirect: func(*http.Request,
			[]*http.Request) error {
			return http.ErrUseLastResponse
		}},
		now: now, keys: map[string]fetched{},
	}
}

// Verify checks who signed a token and when it holds. Whom it is for is the
// caller's to check. Errors are of type *Error.
func (v *Verifier) Verify(ctx context.Context, t *Token) error {
	keys, err := v.keysFor(ctx, t)
	if err != nil {
		return err
	}
	if !signedByOneOf(t, keys) {
		return &Error{Problem: ProblemSignature, Detail: fmt.Sprintf("its signature was not made with the key %q of %s",
			t.KeyID, t.Issuer)}
	}
	return v.checkTimes(t)
}

func signedByOneOf(t *Token, keys []jose.JSONWebKey) bool {
	for _, key := range keys {
		if key.Algorithm != "" && key.Algorithm != t.Algorithm {
			continue
		}
		if _, err := t.jws.Verify(key); err == nil {
			return true
		}
	}
	return false
}

func (v *Verifier) checkTimes(t *Token) error {
	now := v.now().Truncate(time.Second)
	at := func(p Problem, format string, args ...any) error {
		return &Error{Problem: p, Now: now, Expiry: t.Expiry, Age: now.Sub(t.IssuedAt), Detail: fmt.Sprintf(format,
			args...)}
	}
	switch {
	case !now.Before(t.Expiry):
		return at(ProblemExpired, "it expired at %s, %s ago", t.Expiry.Format(time.RFC3339), now.Sub(t.Expiry))
	case t.NotBefore.After(now.Add(leeway)):
		return at(ProblemNotYetValid, "it is not valid before %s", t.NotBefore.Format(time.RFC3339))
	case t.IssuedAt.After(now.Add(leeway)):
		return at(ProblemNotYetValid, "it says that it was issued at %s, which is to come",
			t.IssuedAt.Format(time.RFC3339))
	case now.Sub(t.IssuedAt) > maxAge:
		return at(ProblemTooOld, "it was issued %s ago", now.Sub(t.IssuedAt))
	}
	return nil
}

// keysFor finds the keys that can have signed a token: the keys with its kid, or all
// where it names none. A kid that is not known is looked for again at the issuer.
func (v *Verifier) keysFor(ctx context.Context, t *Token) ([]jose.JSONWebKey, error) {
	v.mu.Lock()
	known, ok := v.keys[t.Issuer]
	v.mu.Unlock()
	if ok && v.now().Sub(known.at).Abs() < keysLive {
		if keys := withID(known.keys, t.KeyID); len(keys) > 0 {
			return keys, nil
		}
	}
	fresh, err := v.fetch(ctx, t.Issuer)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	v.keys[t.Issuer] = fetched{fresh, v.now()}
	v.mu.Unlock()
	if keys := withID(fresh, t.KeyID); len(keys) > 0 {
		return keys, nil
	}
	return nil, &Error{Problem: ProblemUnknownKey, Detail: fmt.Sprintf("%s publishes %d keys, none with the kid %.80q",
		t.Issuer, len(fresh), t.KeyID)}
}

// Forget drops the keys of an issuer, so that they are fetched again.
func (v *Verifier) Forget(issuer string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.keys, issuer)
}

func withID(keys []jose.JSONWebKey, id string) []jose.JSONWebKey {
	if id == "" {
		return keys
	}
	var found []jose.JSONWebKey
	for _, k := range keys {
		if k.KeyID == id {
			found = append(found, k)
		}
	}
	return found
}

// fetch reads the discovery document and then the keys.
func (v *Verifier) fetch(ctx context.Context, issuer string) ([]jose.JSONWebKey, error) {
	if !strings.HasPrefix(issuer, "https://") {
		return nil, &Error{Problem: ProblemUnreachable, Detail: fmt.Sprintf("its issuer %.80q has no https:// address",
			issuer)}
	}
	var document struct {
		Issuer  string `json:"issuer"`
		KeysURL string `json:"jwks_uri"`
	}
	if err := v.get(ctx, strings.TrimSuffix(issuer, "/")+configurationPath, &document); err != nil {
		return nil, err
	}
	if document.Issuer != issuer {
		return nil, &Error{Problem: ProblemIssuer, Detail: fmt.Sprintf("the discovery document at %s is of %q", issuer,
			document.Issuer)}
	}
	var set jose.JSONWebKeySet
	if err := v.get(ctx, document.KeysURL, &set); err != nil {
		return nil, err
	}
	return set.Keys, nil
}

func (v *Verifier) get(ctx context.Context, address string, into any) error {
	unreachable := func(err error) error {
		detail := fmt.Sprintf("GET %.200s: %s", address, err)
		return &Error{Problem: ProblemUnreachable, Detail: detail, Err: err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return unreachable(err)
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return unreachable(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return unreachable(fmt.Errorf("status %d", resp.StatusCode))
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxDocument)).Decode(into); err != nil {
		return unreachable(err)
	}
	return nil
}
