package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

// published is what an issuer publishes, by URL, as it was when the host was
// deployed: looked up then, the lookups are no calls of the subject's.
type published map[string][]byte

// RoundTrip answers with what was published.
func (p published) RoundTrip(r *http.Request) (*http.Response, error) {
	body, ok := p[r.URL.String()]
	status := http.StatusOK
	if !ok {
		status = http.StatusNotFound
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(bytes.NewReader(body))}, nil
}

// verifyPodToken is what the EKS Auth API checks of the token that the agent of
// EKS Pod Identity passes on: that the cluster's issuer signed it, for this
// audience, and that its service account has an association
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_auth_AssumeRoleForPodIdentity.html).
// It is nil on a host without an issuer.
func (ids *identities) verifyPodToken() (func(context.Context, string) error, error) {
	if len(ids.host.Issuers) == 0 {
		return nil, nil
	}
	cluster := ids.host.Issuers[0]
	issuer, err := ids.host.Expand(cluster.URL, ids.staticValues())
	if err != nil {
		return nil, err
	}
	documents, err := ids.publishedBy(issuer)
	if err != nil {
		return nil, err
	}
	verifier := oidc.NewVerifier(documents, ids.now)
	return func(ctx context.Context, text string) error {
		token, err := oidc.Parse(text)
		if err != nil {
			return err
		}
		if err := verifier.Verify(ctx, token); err != nil {
			return err
		}
		return ids.associated(cluster, token)
	}, nil
}

// associated compares a token's claims with the cluster and the association.
func (ids *identities) associated(cluster fixtures.Issuer, token *oidc.Token) error {
	values := ids.staticValues()
	issuer, err1 := ids.host.Expand(cluster.URL, values)
	subject, err2 := ids.host.Expand(cluster.Subject, values)
	audience, err3 := ids.host.Expand(cluster.Audience, values)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	switch {
	case token.Issuer != issuer:
		return fmt.Errorf("the token is of %s, not of the cluster's issuer %s", token.Issuer, issuer)
	case !slices.Contains(token.Audience, audience):
		return fmt.Errorf("the token is for %q, not for %s", token.Audience, audience)
	case token.Subject != subject:
		return fmt.Errorf("%w: %s is associated, and the token is of %s", metadata.ErrNoRole, subject, token.Subject)
	}
	return nil
}

// publishedBy fetches the discovery document and the keys of an issuer from the
// mock, which serves issuers by their names.
func (ids *identities) publishedBy(issuer string) (published, error) {
	if known, ok := ids.published[issuer]; ok {
		return known, nil
	}
	at := issuer + "/.well-known/openid-configuration"
	configuration, err := ids.fetch(at)
	if err != nil || configuration == nil {
		return published{}, err
	}
	var where struct {
		Keys string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(configuration, &where); err != nil {
		return nil, fmt.Errorf("issuer %s: %w", issuer, err)
	}
	keys, err := ids.fetch(where.Keys)
	if err != nil {
		return nil, err
	}
	if ids.published == nil {
		ids.published = map[string]published{}
	}
	ids.published[issuer] = published{at: configuration, where.Keys: keys}
	return ids.published[issuer], nil
}

// fetch gets a document from the mock by its real URL; nil if it has none there.
func (ids *identities) fetch(address string) ([]byte, error) {
	transport, base := ids.mock.transport()
	resolved, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), mintTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+resolved.RequestURI(), nil)
	if err != nil {
		return nil, err
	}
	r.Host = resolved.Host
	res, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, nil // an issuer that is down publishes nothing
	}
	return io.ReadAll(io.LimitReader(res.Body, 1<<20))
}
