package deploy

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws"
)

// This file gives a deployment the tokens of its host's OpenID Connect issuers:
// in files, in variables, in the headers of requests.

// checkTokens refuses settings of issuers that the host does not have.
func (d *Deployment) checkTokens() error {
	var issuers []string
	for _, i := range d.host.Issuers {
		issuers = append(issuers, i.Name)
	}
	for name := range d.settings.Issuers {
		if err := d.has("issuer", name, issuers); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deployment) has(what, name string, there []string) error {
	switch {
	case slices.Contains(there, name):
		return nil
	case len(there) == 0:
		return &SettingError{fmt.Sprintf("host %s has no %s %q: it has none", d.host.Name, what, name)}
	default:
		return &SettingError{fmt.Sprintf("host %s has no %s %q: it has %s", d.host.Name, what, name,
			strings.Join(there, ", "))}
	}
}

// issuers are the host's issuers, to be declared to the mock.
func (d *Deployment) issuers(values map[string]string) ([]mockaws.IssuerSeed, error) {
	var seeds []mockaws.IssuerSeed
	for _, i := range d.host.Issuers {
		url, err := d.host.Expand(i.URL, values)
		if err != nil {
			return nil, err
		}
		seeds = append(seeds, mockaws.IssuerSeed{URL: url, Down: d.settings.Issuers[i.Name].Down})
	}
	return seeds, nil
}

// mint issues a token of one of the host's issuers; an empty audience is the
// issuer's own.
func (d *Deployment) mint(ctx context.Context, issuer, audience string) (string, error) {
	i, ok := d.host.Issuer(issuer)
	if !ok {
		return "", fmt.Errorf("host %s has no issuer %q", d.host.Name, issuer)
	}
	request, err := d.tokenRequest(i, audience)
	if err != nil {
		return "", err
	}
	return d.mock.Admin.MintToken(ctx, request)
}

func (d *Deployment) tokenRequest(i fixtures.Issuer, audience string) (mockaws.TokenRequest, error) {
	values := d.staticValues()
	if audience == "" {
		audience = i.Audience
	}
	r := mockaws.TokenRequest{Lifetime: i.Lifetime, Claims: map[string]any{}}
	texts := map[string]string{"sub": i.Subject, "aud": audience}
	maps.Copy(texts, i.Claims)
	for name, text := range texts {
		value, err := d.host.Expand(text, values)
		if err != nil {
			return r, err
		}
		r.Claims[name] = value
	}
	var err error
	if r.Issuer, err = d.host.Expand(i.URL, values); err != nil {
		return r, err
	}
	set := d.settings.Issuers[i.Name]
	maps.Copy(r.Claims, set.Claims)
	r.Defect = set.Defect
	if set.Lifetime != 0 {
		r.Lifetime = set.Lifetime.String()
	}
	return r, nil
}

// mintTimeout bounds the minting of a token by the mock.
const mintTimeout = 30 * time.Second

// renewTokens mints the tokens of the host's issuers, as the platform does before
// they end.
func (d *Deployment) renewTokens() error {
	tokens, err := d.mintAll(context.Background())
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	d.tokens = tokens
	return err
}

// mintAll makes a token of each of the host's issuers.
func (d *Deployment) mintAll(ctx context.Context) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, mintTimeout)
	defer cancel()
	tokens := map[string]string{}
	for _, i := range d.host.Issuers {
		token, err := d.mint(ctx, i.Name, "")
		if err != nil {
			return nil, fmt.Errorf("issuer %s of host %s: %w", i.Name, d.host.Name, err)
		}
		tokens[i.Name] = token
	}
	return tokens, nil
}

// handOut remembers a value that the host puts into requests, for the diagnosis
// to find it there.
func (d *Deployment) handOut(header, value string) {
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	if d.headers == nil {
		d.headers = map[string]string{}
	}
	d.headers[mockaws.Fingerprint(value)] = header
	d.headerValues = append(d.headerValues, value)
}

// RequestHeaders are the headers that the host adds to a request it passes to
// the program, such as Vercel's x-vercel-oidc-token. Each call is a new request;
// it may be made while the program runs.
func (d *Deployment) RequestHeaders() (http.Header, error) {
	headers := http.Header{}
	if len(d.host.RequestHeaders) == 0 {
		return headers, nil
	}
	tokens, err := d.mintAll(context.Background())
	if err != nil {
		return nil, err
	}
	values := d.staticValues()
	d.addCredentials(values)
	for name, token := range tokens {
		values["token."+name] = token
	}
	for _, h := range d.host.RequestHeaders {
		value, err := d.host.Expand(h.Value, values)
		if err != nil {
			return nil, err
		}
		headers.Set(h.Name, value)
		d.handOut(h.Name, value)
	}
	return headers, nil
}

// issuerHosts are the hostnames of the host's issuers, which the sandbox leads
// to the mock.
func (d *Deployment) issuerHosts() (names []string) {
	values := d.staticValues()
	for _, i := range d.host.Issuers {
		if u, err := url.Parse(values["issuer."+i.Name+".url"]); err == nil && u.Hostname() != "" {
			names = append(names, u.Hostname())
		}
	}
	return names
}
