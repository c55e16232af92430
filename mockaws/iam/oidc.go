package iam

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// OIDCProvider is an OpenID Connect provider that an account trusts.
type OIDCProvider struct {
	ARN         string    `json:"arn"`
	URL         string    `json:"url"` // https://issuer
	ClientIDs   []string  `json:"clientIds"`
	Thumbprints []string  `json:"thumbprints,omitempty"` // of certificates; nothing here depends on them
	Tags        []Tag     `json:"tags,omitempty"`
	Created     time.Time `json:"created"`
}

func newProvider(account, issuer string, clientIDs []string, now time.Time) (*OIDCProvider, error) {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("url %q must be https://host/path, as in the token's iss", issuer)
	}
	p := &OIDCProvider{URL: strings.TrimSuffix(issuer, "/"), ClientIDs: slices.Clone(clientIDs), Created: now}
	p.ARN = "arn:aws:iam::" + account + ":oidc-provider/" + p.host()
	return p, nil
}

// host is the URL without its scheme, which ARNs and condition keys use.
func (p *OIDCProvider) host() string { return strings.TrimPrefix(p.URL, "https://") }
