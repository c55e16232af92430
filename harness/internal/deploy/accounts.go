package deploy

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// This file lays out the identities at the mock: the project's users, the roles
// and sessions of the host, the platform's own principal.

// checkLifetimes refuses the lifetimes of sources that the host does not have.
func (ids *identities) checkLifetimes() error {
	var sources []string
	for _, e := range ids.host.Endpoints {
		sources = append(sources, e.Name)
	}
	for _, s := range ids.host.Sessions {
		sources = append(sources, s.Name)
	}
	sources = append(sources, project.STS)
	for _, name := range slices.Sorted(maps.Keys(ids.project.Lifetime)) {
		if err := ids.has("source of credentials", name, sources); err != nil {
			return err
		}
	}
	return nil
}

// declared is what the mock is to make first: the project's account and the
// platform's.
func (ids *identities) declared() (mockaws.Seed, error) {
	if err := errors.Join(ids.checkTokens(), ids.checkLifetimes()); err != nil {
		return mockaws.Seed{}, err
	}
	account, err := ids.account()
	if err != nil {
		return mockaws.Seed{}, err
	}
	issuers, err := ids.issuers(ids.staticValues())
	if err != nil {
		return mockaws.Seed{}, err
	}
	others, err := ids.otherAccounts(ids.staticValues())
	if err != nil {
		return mockaws.Seed{}, err
	}
	seed := mockaws.Seed{Seed: iam.Seed{Accounts: append([]iam.AccountSeed{account}, others...)}, Issuers: issuers,
		TokenLength: ids.project.TokenSize}
	if longest, ok := ids.project.Lifetime[project.STS]; ok {
		seed.SessionLimit = longest.String()
	}
	if p := ids.host.Platform; p != nil {
		// The platform's principal is another one than the user's, and may do
		// nothing: what a host injects for itself carries no permission.
		seed.Accounts = append(seed.Accounts, iam.AccountSeed{
			ID: p.Account, Roles: []iam.RoleSeed{{Name: p.Role, TrustService: []string{p.TrustedService()}}},
			Sessions: []iam.SessionSeed{{Role: p.Role, Name: p.Session, TokenLength: ids.tokenLength(p.TokenLength)}},
		})
	}
	return seed, nil
}

// tokenLength is how long the token of a session is for which the host gives a
// length: what the project sets wins. Seeds want a multiple of four.
func (ids *identities) tokenLength(hosts int) int {
	if n := ids.project.TokenSize; n != 0 {
		return (n + 3) / 4 * 4
	}
	return hosts
}

// apply seeds the mock and remembers what it made.
func (ids *identities) apply(ctx context.Context, seed mockaws.Seed) (*mockaws.Applied, error) {
	made, err := ids.mock.Admin.Seed(ctx, seed)
	if err != nil {
		return nil, err
	}
	ids.applied.Keys = append(ids.applied.Keys, made.Keys...)
	ids.applied.Sessions = append(ids.applied.Sessions, made.Sessions...)
	ids.applied.BedrockAPIKeys = append(ids.applied.BedrockAPIKeys, made.BedrockAPIKeys...)
	ids.mu.Lock()
	defer ids.mu.Unlock()
	for _, k := range made.Keys {
		ids.secrets[k.KeyID] = k.Secret
	}
	for _, s := range made.Sessions {
		ids.secrets[s.KeyID], ids.ends[s.KeyID] = s.Secret, s.Expiration
	}
	for _, a := range seed.Accounts {
		for _, r := range a.Roles {
			ids.made[a.ID+"/"+r.Name] = true
		}
		for _, p := range a.OIDCProviders {
			ids.made[a.ID+"/"+p.URL] = true
		}
	}
	return made, nil
}

// account is the project's account: users of the settings, roles, sessions and
// identity providers of the host.
func (ids *identities) account() (iam.AccountSeed, error) {
	a := iam.AccountSeed{ID: ids.project.Account}
	for _, u := range ids.project.Users {
		a.Users = append(a.Users, iam.UserSeed{Name: u.Name, Allow: u.Allow, Deny: u.Deny, Policies: u.Policies,
			Keys: []iam.KeySeed{{}}})
		if u.Bearer != "" {
			a.BedrockAPIKeys = append(a.BedrockAPIKeys, iam.BedrockKeySeed{User: u.Name})
		}
	}
	values := ids.staticValues()
	for _, i := range ids.host.Issuers {
		url, err1 := ids.host.Expand(i.URL, values)
		audience, err2 := ids.host.Expand(i.Audience, values)
		if err := firstOf(err1, err2); err != nil {
			return a, err
		}
		clients := append([]string{audience}, ids.project.Issuers[i.Name].Audience...)
		a.OIDCProviders = append(a.OIDCProviders, iam.OIDCProviderSeed{URL: url, ClientIDs: clients})
	}
	var err error
	if a.Roles, err = ids.rolesIn(a.ID, values); err != nil {
		return a, err
	}
	for _, s := range ids.host.Sessions {
		s.ExpiresIn = ids.lifetime(s.Name, s.ExpiresIn)
		session, err := ids.session(s, values)
		if err != nil {
			return a, err
		}
		a.Sessions = append(a.Sessions, session)
	}
	return a, nil
}

// rolesIn are the host's roles in an account, without those that the project has made.
func (ids *identities) rolesIn(account string, values map[string]string) (list []iam.RoleSeed, err error) {
	for _, r := range ids.host.Roles {
		own := ids.project.Roles[r.Name]
		if own.Is != "" || ids.accountOf(&r) != account {
			continue
		}
		role := iam.RoleSeed{Name: r.RoleName, Path: r.Path, TrustService: r.TrustService,
			MaxSessionDuration: r.MaxSession, Allow: own.Allow, Policies: own.Policies}
		policy := r.Trust
		if own.Trust != "" {
			policy, role.TrustService = own.Trust, nil
		}
		if policy != "" {
			if role.Trust, err = ids.host.Expand(policy, values); err != nil {
				return nil, err
			}
		}
		list = append(list, role)
	}
	return list, nil
}

// otherAccounts are the accounts besides the project's that the host has roles in.
func (ids *identities) otherAccounts(values map[string]string) (list []iam.AccountSeed, err error) {
	names := map[string]bool{}
	for _, r := range ids.host.Roles {
		names[ids.accountOf(&r)] = true
	}
	delete(names, ids.project.Account)
	for _, id := range slices.Sorted(maps.Keys(names)) {
		account := iam.AccountSeed{ID: id}
		if account.Roles, err = ids.rolesIn(id, values); err != nil {
			return nil, err
		}
		list = append(list, account)
	}
	return list, nil
}
