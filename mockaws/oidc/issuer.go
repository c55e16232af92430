package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Issuer is an OpenID Connect issuer with keys of its own. It is safe for
// concurrent use.
type Issuer struct {
	url       string
	host      string // in lower case, without port
	path      string
	algorithm jose.SignatureAlgorithm
	platform  Platform
	now       func() time.Time

	mu      sync.Mutex
	keys    *keyring
	further []*keyring // of the platform's further algorithms
	down    bool
}

// keyring is the keys of one issuer, or of several that share them.
type keyring struct {
	mu        sync.Mutex
	algorithm jose.SignatureAlgorithm
	list      []jose.JSONWebKey // the last one signs; all are published
}

// NewIssuer makes the issuer of a URL, "https://oidc.vercel.com/acme". The
// algorithm is one of RS256, RS384, RS512, ES256, ES384, ES512; "" is what the
// platform at that URL uses, RS256 for an unknown one. A nil now is time.Now.
// Keys are made on first use.
func NewIssuer(issuer, algorithm string, now func() time.Time) (*Issuer, error) {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" ||
		strings.HasSuffix(u.Path, "/") {
		return nil, fmt.Errorf(
			"issuer %q: want https://host or https://host/path without a final slash, as in a token's iss", issuer)
	}
	platform := platformOf(u)
	if algorithm == "" {
		algorithm = string(platform.Algorithm)
	}
	if !slices.Contains(Algorithms, jose.SignatureAlgorithm(algorithm)) {
		return nil, fmt.Errorf("issuer %s: algorithm %q: want one of %v", issuer, algorithm, Algorithms)
	}
	if now == nil {
		now = time.Now
	}
	alg := jose.SignatureAlgorithm(algorithm)
	made := &Issuer{url: issuer, host: strings.ToLower(u.Hostname()), path: u.Path, algorithm: alg, platform: platform,
		now: now, keys: &keyring{algorithm: alg}}
	for _, other := range platform.Further {
		made.further = append(made.further, &keyring{algorithm: other})
	}
	return made, nil
}

// ringOf is the keys of an algorithm; "" is the issuer's own.
func (i *Issuer) ringOf(algorithm string) (*keyring, error) {
	if algorithm == "" || algorithm == string(i.algorithm) {
		return i.ring(), nil
	}
	for _, k := range i.further {
		if string(k.algorithm) == algorithm {
			return k, nil
		}
	}
	return nil, fmt.Errorf("issuer %s: it has no key of algorithm %q", i.url, algorithm)
}

// published are all public keys of the issuer.
func (i *Issuer) published() (jose.JSONWebKeySet, error) {
	var all jose.JSONWebKeySet
	for _, k := range append([]*keyring{i.ring()}, i.further...) {
		set, err := k.public()
		if err != nil {
			return all, err
		}
		all.Keys = append(all.Keys, set.Keys...)
	}
	return all, nil
}

// algorithms are those of which the issuer has keys.
func (i *Issuer) algorithms() []string {
	list := []string{string(i.algorithm)}
	for _, k := range i.further {
		list = append(list, string(k.algorithm))
	}
	return list
}

// URL is the issuer's address, as in iss.
func (i *Issuer) URL() string { return i.url }

// Algorithm signs the issuer's tokens.
func (i *Issuer) Algorithm() string { return string(i.algorithm) }

// ConfigurationURL is where the discovery document is
// (https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig).
func (i *Issuer) ConfigurationURL() string { return i.url + configurationPath }

// KeysURL is where the issuer's public keys are.
func (i *Issuer) KeysURL() string { return i.url + i.platform.KeysPath }

// Serves reports whether the issuer has something at a path of its host.
func (i *Issuer) Serves(path string) bool {
	rest, below := strings.CutPrefix(path, i.path)
	return below && (rest == configurationPath || rest == i.platform.KeysPath) || path == exchangePath &&
		i.platform.Exchanges
}

const configurationPath = "/.well-known/openid-configuration"

// Rotate makes a new key, with which tokens are signed from now on. The old one
// stays published until Retire.
func (i *Issuer) Rotate() error {
	k := i.ring()
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.add()
}

// Retire takes all keys out of the published set but the one that signs.
func (i *Issuer) Retire() {
	k := i.ring()
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.list) > 1 {
		k.list = k.list[len(k.list)-1:]
	}
}

// SetDown makes the issuer unreachable, or reachable again. It still mints.
func (i *Issuer) SetDown(down bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.down = down
}

// Down reports whether the issuer is unreachable.
func (i *Issuer) Down() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.down
}

func (i *Issuer) ring() *keyring {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys
}

// shareKeys makes the issuer use the keys of another one.
func (i *Issuer) shareKeys(with *Issuer) {
	k := with.ring()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = k
}

// add makes a key; callers hold the lock.
func (k *keyring) add() error {
	private, err := newKey(k.algorithm)
	if err != nil {
		return fmt.Errorf("making a key for %s: %w", k.algorithm, err)
	}
	id := make([]byte, 20)
	_, _ = rand.Read(id) // does not fail (crypto/rand)
	k.list = append(k.list, jose.JSONWebKey{
		Key: private, KeyID: base64.RawURLEncoding.EncodeToString(id), Algorithm: string(k.algorithm), Use: "sig",
	})
	return nil
}

// signing is the key that signs, made on first use.
func (k *keyring) signing() (jose.JSONWebKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.list) == 0 {
		if err := k.add(); err != nil {
			return jose.JSONWebKey{}, err
		}
	}
	return k.list[len(k.list)-1], nil
}

// public is the published set.
func (k *keyring) public() (jose.JSONWebKeySet, error) {
	if _, err := k.signing(); err != nil {
		return jose.JSONWebKeySet{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var set jose.JSONWebKeySet
	for _, key := range k.list {
		set.Keys = append(set.Keys, key.Public())
	}
	return set, nil
}

func newKey(algorithm jose.SignatureAlgorithm) (crypto.Signer, error) {
	switch algorithm {
	case jose.ES256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case jose.ES384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case jose.ES512:
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	default:
		return rsa.GenerateKey(rand.Reader, 2048)
	}
}

// ServeHTTP answers the paths of the issuer: its discovery document, its keys,
// and on some platforms the exchange of a token.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, below := strings.CutPrefix(r.URL.Path, i.path)
	get := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case i.Down():
		http.Error(w, "this issuer is down", http.StatusServiceUnavailable)
	case below && rest == configurationPath && get:
		writeJSON(w, http.StatusOK, i.configuration())
	case below && rest == i.platform.KeysPath && get:
		keys, err := i.published()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		writeJSON(w, http.StatusOK, keys)
	default:
		http.NotFound(w, r)
	}
}

// configuration is the discovery document.
func (i *Issuer) configuration() map[string]any {
	return map[string]any{
		"issuer": i.url, "jwks_uri": i.KeysURL(),
		"response_types_supported": []string{"id_token"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": i.algorithms(),
		"claims_supported":                      i.platform.Claims, "scopes_supported": []string{"openid"},
	}
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client went away
}
