package deploy

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// identities are whom a deployment knows at its mock: the project's users, the
// roles and sessions of the host, the platform's own principal and the host's
// issuers, with every secret that was made for one of them.
type identities struct {
	*site
	mock *Mock
	now  func() time.Time
	// applied is all that the mock made for the seeds so far; its sessions are of
	// the present host alone.
	applied *mockaws.Applied
	// sessions are the host's, by the fixture's name.
	sessions map[string]iam.AppliedSession
	// platform is the session of the platform's own principal, where the host has one.
	platform iam.AppliedSession
	// made has "account/name" of the roles and providers that exist.
	made map[string]bool
	// published is what the issuers publish, by issuer.
	published map[string]published

	// mu guards what follows: endpoints hand out while programs run.
	mu           sync.Mutex
	tokens       map[string]string    // of the host's issuers, by name
	formerTokens []string             // that no name stands for, and that stay secret
	secrets      map[string]string    // key id -> secret
	ends         map[string]time.Time // key id -> when the credentials end
	vended       map[string]string    // key id -> the endpoint that handed it out
	handedOut    map[string][]string  // endpoint -> key ids, and fingerprints of tokens
	headers      map[string]string    // fingerprint -> the request header that had the value
	headerValues []string             // of these headers
}

func newIdentities(st *site, mock *Mock, now func() time.Time) *identities {
	return &identities{site: st, mock: mock, now: now, applied: &mockaws.Applied{}, made: map[string]bool{},
		secrets: map[string]string{}, ends: map[string]time.Time{}, vended: map[string]string{},
		handedOut: map[string][]string{}, headers: map[string]string{}}
}

// seed makes them at the mock and keeps the credentials that this gave.
func (ids *identities) seed(ctx context.Context) error {
	own, err := ids.declared()
	if err != nil {
		return err
	}
	return ids.layOut(ctx, own)
}

// reseed makes what the new host has and the mock does not.
func (ids *identities) reseed(ctx context.Context) error {
	own, err := ids.declared()
	if err != nil {
		return err
	}
	for i := range own.Accounts {
		a := &own.Accounts[i]
		a.Users, a.BedrockAPIKeys = nil, nil
		a.Roles = slices.DeleteFunc(a.Roles, func(r iam.RoleSeed) bool { return ids.made[a.ID+"/"+r.Name] })
		a.OIDCProviders = slices.DeleteFunc(a.OIDCProviders,
			func(p iam.OIDCProviderSeed) bool { return ids.made[a.ID+"/"+p.URL] })
	}
	ids.mu.Lock()
	for _, s := range ids.applied.Sessions {
		ids.formerTokens = append(ids.formerTokens, s.Token)
	}
	ids.mu.Unlock()
	ids.applied.Sessions = nil
	return ids.layOut(ctx, own)
}

// layOut seeds the mock with the host's identities, then with what the project
// asks for besides.
func (ids *identities) layOut(ctx context.Context, own mockaws.Seed) error {
	made, err := ids.apply(ctx, own)
	if err != nil {
		return err
	}
	if err := ids.nameSessions(made); err != nil {
		return err
	}
	for _, s := range ids.allSeeds() {
		if _, err := ids.apply(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// nameSessions keeps the sessions that came of declared: the host's own are in
// its first account, the platform's is the only one of the second.
func (ids *identities) nameSessions(made *mockaws.Applied) error {
	at := map[string]iam.AppliedSession{}
	for _, s := range made.Sessions {
		at[s.At] = s
	}
	ids.sessions, ids.platform = map[string]iam.AppliedSession{}, at["accounts[1].sessions[0]"]
	for i, s := range ids.host.Sessions {
		session, ok := at[fmt.Sprintf("accounts[0].sessions[%d]", i)]
		if !ok {
			return fmt.Errorf("the mock has not made session %s of host %s", s.Name, ids.host.Name)
		}
		ids.sessions[s.Name] = session
	}
	if ids.host.Platform != nil && ids.platform.KeyID == "" {
		return fmt.Errorf("the mock has not made the session of the platform of host %s", ids.host.Name)
	}
	return nil
}

// keyOf is the key of one of the project's users.
func (ids *identities) keyOf(user string) (iam.AppliedKey, bool) {
	i := slices.IndexFunc(ids.applied.Keys, func(k iam.AppliedKey) bool { return k.User == user })
	if i < 0 {
		return iam.AppliedKey{}, false
	}
	return ids.applied.Keys[i], true
}

// bearerOf is the Bedrock API key of one of the project's users; "" if it has none.
func (ids *identities) bearerOf(user string) string {
	for _, k := range ids.applied.BedrockAPIKeys {
		if k.User == user {
			return k.Secret
		}
	}
	return ""
}

// principal is the ARN of one of the users.
func (ids *identities) principal(user string) string {
	key, ok := ids.keyOf(user)
	if !ok {
		return fmt.Sprintf("(the deployment has no user %q)", user)
	}
	return key.Principal
}
