package iam

import "fmt"

// outbound is what an account has of outbound identity federation
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html).
type outbound struct {
	issuer  string // made when it was first enabled
	enabled bool
}

// outboundIssuer is an issuer of tokens about an account's principals. Each account has
// one of its own, whose host begins with a UUID; callers hold the lock.
func (s *Store) outboundIssuer(a *account) string {
	if a.outbound.issuer != "" {
		return a.outbound.issuer
	}
	id := s.mint.bytes(16)
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // RFC 9562, version 4
	return fmt.Sprintf("https://%x-%x-%x-%x-%x.tokens.sts.global.api.aws", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// SetOutboundFederation enables or disables the tokens of sts:GetWebIdentityToken for an
// account, and returns their issuer.
func (s *Store) SetOutboundFederation(accountID string, enabled bool) (issuer string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[accountID]
	switch {
	case a == nil:
		return "", noAccount(accountID)
	case a.outbound.enabled && enabled:
		return "", failf(409, "FeatureEnabled", "Outbound web identity federation is already enabled.")
	case !a.outbound.enabled && !enabled:
		return "", outboundDisabled()
	}
	a.outbound = outbound{s.outboundIssuer(a), enabled}
	return a.outbound.issuer, nil
}

// OutboundFederation is the issuer of tokens about an account's principals, and whether
// it issues any. An account that never had one has an error.
func (s *Store) OutboundFederation(accountID string) (issuer string, enabled bool, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.accounts[accountID]
	switch {
	case a == nil:
		return "", false, noAccount(accountID)
	case a.outbound.issuer == "":
		return "", false, outboundDisabled()
	}
	return a.outbound.issuer, a.outbound.enabled, nil
}

// The code and the status are those of AWS's model; the text is ours.
func outboundDisabled() *Error {
	return failf(404, "FeatureDisabled", "Outbound web identity federation is not enabled.")
}

// OutboundIssuers are the issuers of all accounts that have one.
func (s *Store) OutboundIssuers() (urls []string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, id := range sortedKeys(s.accounts) {
		if issuer := s.accounts[id].outbound.issuer; issuer != "" {
			urls = append(urls, issuer)
		}
	}
	return urls
}

// PrincipalTags are the tags of a caller: the session's, and those of the user or role
// that the session has not.
func (s *Store) PrincipalTags(c *Credential) map[string]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := map[string]string{}
	if id := c.identity(); id != nil {
		for _, t := range id.tags {
			out[t.Key] = t.Value
		}
	}
	if c.session != nil {
		for _, t := range c.session.tags {
			out[t.Key] = t.Value
		}
	}
	return out
}
