package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// This file lays out the identities of a deployment at the mock: the project's
// users, the roles and sessions of the host, the platform's own principal.

// seed makes them and keeps the credentials that came of it.
func (d *Deployment) seed(ctx context.Context) error {
	d.applied, d.made = &mockaws.Applied{}, map[string]bool{}
	seed, err := d.identities()
	if err != nil {
		return err
	}
	for _, s := range append([]mockaws.Seed{seed}, d.settings.allSeeds()...) {
		if err := d.apply(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// identities are the project's account and the platform's.
func (d *Deployment) identities() (mockaws.Seed, error) {
	if err := errors.Join(d.checkTokens(), d.checkLifetimes()); err != nil {
		return mockaws.Seed{}, err
	}
	account, err := d.project()
	if err != nil {
		return mockaws.Seed{}, err
	}
	issuers, err := d.issuers(d.staticValues())
	if err != nil {
		return mockaws.Seed{}, err
	}
	seed := mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{account}}, Issuers: issuers}
	if longest, ok := d.settings.Lifetime[project.STS]; ok {
		seed.SessionLimit = longest.String()
	}
	if p := d.host.Platform; p != nil {
		// The platform's principal is another one than the user's, and may do
		// nothing: what a host injects for itself carries no permission.
		seed.Accounts = append(seed.Accounts, iam.AccountSeed{
			ID: p.Account, Roles: []iam.RoleSeed{{Name: p.Role, TrustService: []string{p.TrustedService()}}},
			Sessions: []iam.SessionSeed{{Role: p.Role, Name: p.Session, TokenLength: p.TokenLength}},
		})
	}
	return seed, nil
}

// apply seeds the mock and remembers what it made.
func (d *Deployment) apply(ctx context.Context, seed mockaws.Seed) error {
	made, err := d.mock.Admin.Seed(ctx, seed)
	if err != nil {
		return err
	}
	d.applied.Keys = append(d.applied.Keys, made.Keys...)
	d.applied.Sessions = append(d.applied.Sessions, made.Sessions...)
	d.applied.BedrockAPIKeys = append(d.applied.BedrockAPIKeys, made.BedrockAPIKeys...)
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	for _, k := range made.Keys {
		d.secrets[k.KeyID] = k.Secret
	}
	for _, s := range made.Sessions {
		d.secrets[s.KeyID], d.ends[s.KeyID] = s.Secret, s.Expiration
	}
	for _, a := range seed.Accounts {
		for _, r := range a.Roles {
			d.made[a.ID+"/"+r.Name] = true
		}
		for _, p := range a.OIDCProviders {
			d.made[a.ID+"/"+p.URL] = true
		}
	}
	return nil
}

// allSeeds are the project's seeds, with its buckets.
func (s *Settings) allSeeds() []mockaws.Seed {
	if len(s.Buckets) == 0 {
		return s.Seeds
	}
	var of mockaws.Seed
	for _, name := range s.Buckets {
		of.Buckets = append(of.Buckets, mockaws.BucketSeed{Name: name, Account: s.Account})
	}
	return append(slices.Clip(s.Seeds), of)
}

// project is the project's account: users of the settings, roles, sessions and
// identity providers of the host.
func (d *Deployment) project() (iam.AccountSeed, error) {
	a := iam.AccountSeed{ID: d.settings.Account}
	for _, u := range d.settings.Users {
		a.Users = append(a.Users, iam.UserSeed{Name: u.Name, Allow: u.Allow, Deny: u.Deny, Policies: u.Policies,
			Keys: []iam.KeySeed{{}}})
		if u.Bearer != "" {
			a.BedrockAPIKeys = append(a.BedrockAPIKeys, iam.BedrockKeySeed{User: u.Name})
		}
	}
	values := d.staticValues()
	for _, i := range d.host.Issuers {
		url, err1 := d.host.Expand(i.URL, values)
		audience, err2 := d.host.Expand(i.Audience, values)
		if err := firstOf(err1, err2); err != nil {
			return a, err
		}
		clients := append([]string{audience}, d.settings.Issuers[i.Name].Audience...)
		a.OIDCProviders = append(a.OIDCProviders, iam.OIDCProviderSeed{URL: url, ClientIDs: clients})
	}
	for _, r := range d.host.Roles {
		if d.settings.Roles[r.Name].Is != "" {
			continue // the project has made it
		}
		role := iam.RoleSeed{Name: r.RoleName, Path: r.Path, TrustService: r.TrustService,
			MaxSessionDuration: r.MaxSession,
			Allow:              d.settings.Roles[r.Name].Allow, Policies: d.settings.Roles[r.Name].Policies}
		policy := r.Trust
		if other := d.settings.Roles[r.Name].Trust; other != "" {
			policy, role.TrustService = other, nil
		}
		if policy != "" {
			trust, err := d.host.Expand(policy, values)
			if err != nil {
				return a, err
			}
			role.Trust = trust
		}
		a.Roles = append(a.Roles, role)
	}
	for _, s := range d.host.Sessions {
		s.ExpiresIn = d.lifetime(s.Name, s.ExpiresIn)
		session, err := d.session(s, values)
		if err != nil {
			return a, err
		}
		a.Sessions = append(a.Sessions, session)
	}
	return a, nil
}

func (d *Deployment) session(s fixtures.Session, values map[string]string) (iam.SessionSeed, error) {
	out := iam.SessionSeed{ExpiresIn: s.ExpiresIn, TokenLength: s.TokenLength}
	var err error
	if out.Name, err = d.host.Expand(s.SessionName, values); err != nil {
		return out, err
	}
	if s.Policy != "" {
		policy, err := d.host.Expand(s.Policy, values)
		if err != nil {
			return out, err
		}
		out.SessionPolicy = policy
	}
	if s.User {
		user, err := d.theUser("session " + s.Name)
		out.User = user
		return out, err
	}
	role, ok := d.host.Role(s.Role)
	if !ok {
		return out, fmt.Errorf("session %s is of role %q, which the host does not have", s.Name, s.Role)
	}
	out.Role, _ = d.roleOf(&role)
	return out, nil
}

// roleOf is the name and the path in IAM of one of the host's roles.
func (d *Deployment) roleOf(r *fixtures.Role) (name, path string) {
	if is := d.settings.Roles[r.Name].Is; is != "" {
		return is, "/"
	}
	return r.RoleName, r.Path
}

// theUser is the project's user, the first one, for what the host hands out as
// the user's.
func (d *Deployment) theUser(what string) (string, error) {
	if len(d.settings.Users) == 0 {
		return "",
			&SettingError{fmt.Sprintf("host %s has a %s of the project's user: give the deployment one (harness.User)",
				d.host.Name, what)}
	}
	return d.settings.Users[0].Name, nil
}

// staticValues are the placeholders that are known before anything is seeded.
func (d *Deployment) staticValues() map[string]string {
	account := d.settings.Account
	v := map[string]string{
		"region": d.region(), "project.name": projectName, "project.team": projectTeam, "project.account": account,
	}
	for _, r := range d.host.Roles {
		name, path := d.roleOf(&r)
		v["role."+r.Name+".arn"] = "arn:aws:iam::" + account + ":role" + rolePath(path) + name
	}
	for _, i := range d.host.Issuers {
		url, err := d.host.Expand(i.URL, v)
		if err != nil {
			continue // whoever needs it is told
		}
		v["issuer."+i.Name+".url"] = url
		v["issuer."+i.Name+".host"] = strings.TrimPrefix(url, "https://")
		v["issuer."+i.Name+".arn"] = "arn:aws:iam::" + account + ":oidc-provider/" + strings.TrimPrefix(url, "https://")
	}
	return v
}

// The names that placeholders stand for.
const (
	projectName = "app"
	projectTeam = "acme"
)

func rolePath(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func (d *Deployment) region() string {
	if d.settings.Region != "" {
		return d.settings.Region
	}
	return d.host.Region
}

// Principal is the ARN of one of the deployment's users.
func (d *Deployment) Principal(user string) string {
	i := slices.IndexFunc(d.applied.Keys, func(k iam.AppliedKey) bool { return k.User == user })
	if i < 0 {
		return fmt.Sprintf("(the deployment has no user %q)", user)
	}
	return d.applied.Keys[i].Principal
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
