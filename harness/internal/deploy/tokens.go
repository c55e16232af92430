package deploy

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws"
)

// mintTimeout bounds the minting of a token by the mock.
const mintTimeout = 30 * time.Second

// This file gives a deployment the tokens of its host's OpenID Connect issuers:
// in files, in variables, in the headers of requests.

// checkTokens refuses settings of issuers that the host does not have.
func (ids *identities) checkTokens() error {
	var issuers []string
	for _, i := range ids.host.Issuers {
		issuers = append(issuers, i.Name)
	}
	for name := range ids.project.Issuers {
		if err := ids.has("issuer", name, issuers); err != nil {
			return err
		}
	}
	return nil
}

// issuers are the host's issuers, to be declared to the mock.
func (ids *identities) issuers(values map[string]string) ([]mockaws.IssuerSeed, error) {
	var seeds []mockaws.IssuerSeed
	for _, i := range ids.host.Issuers {
		url, err := ids.host.Expand(i.URL, values)
		if err != nil {
			return nil, err
		}
		seeds = append(seeds, mockaws.IssuerSeed{URL: url, Down: ids.project.Issuers[i.Name].Down})
	}
	return seeds, nil
}

// mint issues a token of one of the host's issuers; an empty audience is the
// issuer's own.
func (ids *identities) mint(ctx context.Context, issuer, audience string) (string, error) {
	i, ok := ids.host.Issuer(issuer)
	if !ok {
		return "", fmt.Errorf("host %s has no issuer %q", ids.host.Name, issuer)
	}
	request, err := ids.tokenRequest(i, audience)
	if err != nil {
		return "", err
	}
	return ids.mock.Admin.MintToken(ctx, request)
}

func (ids *identities) tokenRequest(i fixtures.Issuer, audience string) (mockaws.TokenRequest, error) {
	values := ids.staticValues()
	if audience == "" {
		audience = i.Audience
	}
	r := mockaws.TokenRequest{Lifetime: i.Lifetime, Claims: map[string]any{}}
	texts := map[string]string{"sub": i.Subject, "aud": audience}
	maps.Copy(texts, i.Claims)
	for name, text := range texts {
		value, err := ids.host.Expand(text, values)
		if err != nil {
			return r, err
		}
		r.Claims[name] = value
	}
	var err error
	if r.Issuer, err = ids.host.Expand(i.URL, values); err != nil {
		return r, err
	}
	set := ids.project.Issuers[i.Name]
	maps.Copy(r.Claims, set.Claims)
	r.Defect = set.Defect
	if set.Lifetime != 0 {
		r.Lifetime = set.Lifetime.String()
	}
	return r, nil
}

// renewTokens mints the tokens of the host's issuers, as the platform does before
// they end.
func (ids *identities) renewTokens() error {
	tokens, err := ids.mintAll(context.Background())
	ids.mu.Lock()
	defer ids.mu.Unlock()
	ids.tokens = tokens
	return err
}

// mintAll makes a token of each of the host's issuers.
func (ids *identities) mintAll(ctx context.Context) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, mintTimeout)
	defer cancel()
	tokens := map[string]string{}
	for _, i := range ids.host.Issuers {
		token, err := ids.mint(ctx, i.Name, "")
		if err != nil {
			return nil, fmt.Errorf("issuer %s of host %s: %w", i.Name, ids.host.Name, err)
		}
		tokens[i.Name] = token
	}
	return tokens, nil
}

// replaceTokens puts tokens in the place of the present ones, which stay secret.
func (ids *identities) replaceTokens(tokens map[string]string) {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	for _, token := range ids.tokens {
		ids.formerTokens = append(ids.formerTokens, token)
	}
	ids.tokens = tokens
}

// handOut remembers a value that the host puts into requests, for the diagnosis
// to find it there.
func (ids *identities) handOut(header, value string) {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	if ids.headers == nil {
		ids.headers = map[string]string{}
	}
	ids.headers[mockaws.Fingerprint(value)] = header
	ids.headerValues = append(ids.headerValues, value)
}

// requestHeaders are the headers that the host adds to a request it passes to
// the program, such as Vercel's x-vercel-oidc-token. Each call is a new request;
// it may be made while the program runs.
func (ids *identities) requestHeaders() (http.Header, error) {
	headers := http.Header{}
	if len(ids.host.RequestHeaders) == 0 {
		return headers, nil
	}
	tokens, err := ids.mintAll(context.Background())
	if err != nil {
		return nil, err
	}
	values := ids.staticValues()
	ids.addCredentials(values)
	for name, token := range tokens {
		values["token."+name] = token
	}
	for _, h := range ids.host.RequestHeaders {
		value, err := ids.host.Expand(h.Value, values)
		if err != nil {
			return nil, err
		}
		headers.Set(h.Name, value)
		ids.handOut(h.Name, value)
	}
	return headers, nil
}
