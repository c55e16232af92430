package iam

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Apply adds a seed to the store: all of it, or nothing. Its error joins all
// problems, one line each, and names the path: accounts[0].users[1].keys[0].
func (s *Store) Apply(seed Seed) (*Applied, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &applier{store: s, now: s.now(), applied: &Applied{Keys: []AppliedKey{}, Sessions: []AppliedSession{}}}
	for i, account := range seed.Accounts {
		a.account(fmt.Sprintf("accounts[%d]", i), account)
	}
	for _, late := range a.late {
		late()
	}
	if len(a.problems) > 0 {
		for _, undo := range slices.Backward(a.undo) {
			undo()
		}
		return nil, errors.Join(a.problems...)
	}
	return a.applied, nil
}

// applier is one run of Apply. Each change that it makes leaves its undoing.
type applier struct {
	store    *Store
	now      time.Time
	applied  *Applied
	problems []error
	undo     []func()
	late     []func() // what refers to users and roles
}

func (a *applier) problem(at, format string, args ...any) {
	for line := range strings.SplitSeq(fmt.Sprintf(format, args...), "\n") {
		a.problems = append(a.problems, fmt.Errorf("%s: %s", at, line))
	}
}

// put sets a key of a map that must be free.
func put[K comparable, V any](a *applier, m map[K]V, k K, v V) {
	m[k] = v
	a.undo = append(a.undo, func() { delete(m, k) })
}

// set changes a value.
func set[V any](a *applier, at *V, v V) {
	old := *at
	*at = v
	a.undo = append(a.undo, func() { *at = old })
}

func (a *applier) account(at string, seed AccountSeed) {
	if !isAccountID(seed.ID) {
		a.problem(at+".id", "%q must be 12 digits; quote it in YAML", seed.ID)
		return
	}
	acct := a.store.accounts[seed.ID]
	if acct == nil {
		acct = newAccount(seed.ID)
		put(a, a.store.accounts, seed.ID, acct)
	}
	if seed.Alias != "" {
		set(a, &acct.alias, seed.Alias)
	}
	if seed.OutboundFederation {
		set(a, &acct.outbound, outbound{a.store.outboundIssuer(acct), true})
	}
	for i, p := range seed.Policies {
		a.managedPolicy(fmt.Sprintf("%s.policies[%d]", at, i), acct, p)
	}
	a.control(at+".serviceControlPolicies", "service_control_policy", IdentityPolicy, &acct.serviceControl,
		seed.ServiceControlPolicies)
	a.control(at+".resourceControlPolicies", "resource_control_policy", ResourcePolicy, &acct.resourceControl,
		seed.ResourceControlPolicies)
	for i, p := range seed.OIDCProviders {
		a.provider(fmt.Sprintf("%s.oidcProviders[%d]", at, i), acct, p)
	}
	for i, u := range seed.Users {
		a.user(fmt.Sprintf("%s.users[%d]", at, i), acct, u)
	}
	for i, r := range seed.Roles {
		a.role(fmt.Sprintf("%s.roles[%d]", at, i), acct, r)
	}
	for i, k := range seed.RootKeys {
		a.key(fmt.Sprintf("%s.rootKeys[%d]", at, i), acct, nil, k)
	}
	for i, x := range seed.Sessions {
		a.late = append(a.late, func() { a.session(fmt.Sprintf("%s.sessions[%d]", at, i), acct, x) })
	}
	for i, k := range seed.BedrockAPIKeys {
		a.late = append(a.late, func() { a.bedrockKey(fmt.Sprintf("%s.bedrockApiKeys[%d]", at, i), acct, k) })
	}
}

func newAccount(id string) *account {
	return &account{
		id: id, users: map[string]*identity{}, roles: map[string]*identity{},
		managed: map[string]*attached{}, providers: map[string]*OIDCProvider{}, profiles: map[string]*instanceProfile{},
	}
}

// policy parses a document and files its problems.
func (a *applier) policy(at string, kind PolicyKind, document any) *Policy {
	p, err := PolicyOf(kind, document)
	if err != nil {
		a.problem(at, "%v", err)
		return nil
	}
	return p
}

func (a *applier) managedPolicy(at string, acct *account, seed PolicySeed) {
	if seed.Level != "" {
		a.problem(at+".level", levelProblem)
	}
	arn, name := seed.ARN, seed.Name
	if arn == "" {
		if problem := nameProblem(name, 128); problem != "" {
			a.problem(at, "a managed policy needs a name or arn: name %s", problem)
			return
		}
		path, ok := cleanPath(seed.Path)
		if !ok {
			a.problem(at+".path", "%q %s", seed.Path, pathProblem)
		}
		arn = "arn:aws:iam::" + acct.id + ":policy" + path + name
	} else if name == "" {
		name, _ = afterLastSlash(arn)
	}
	p := a.policy(at, IdentityPolicy, seed.Document)
	if p == nil {
		return
	}
	if acct.managed[arn] != nil {
		a.problem(at, "policy %s stands twice", arn)
		return
	}
	put(a, acct.managed, arn, &attached{name: name, arn: arn, policy: p, managed: a.store.newManaged(acct.id, p)})
}

func (a *applier) control(at, form string, kind PolicyKind, list *[]*attached, seeds []PolicySeed) {
	for i, seed := range seeds {
		at := fmt.Sprintf("%s[%d]", at, i)
		p := a.policy(at, kind, seed.Document)
		if p == nil {
			continue
		}
		if kind == ResourcePolicy && p.allowsAnything() {
			a.problem(at, "a resource control policy can only deny")
		}
		if kind == ResourcePolicy && seed.Level != "" {
			a.problem(at+".level", levelProblem)
		}
		arn := seed.ARN
		if arn == "" {
			arn = fmt.Sprintf("arn:aws:organizations::000000000000:policy/o-hostproof0/%s/p-%08d", form, len(*list))
		}
		set(a, list, append((*list)[:len(*list):len(*list)], &attached{name: seed.Name, arn: arn, level: seed.Level,
			policy: p}))
	}
}

const levelProblem = "only a service control policy has a level: each level must allow a call, and other policies " +
	"are not counted so"

func (a *applier) provider(at string, acct *account, seed OIDCProviderSeed) {
	p, err := newProvider(acct.id, seed.URL, seed.ClientIDs, a.now)
	if err != nil {
		a.problem(at, "%v", err)
		return
	}
	if acct.providers[p.host()] != nil {
		a.problem(at, "provider %s stands twice", p.URL)
		return
	}
	put(a, acct.providers, p.host(), p)
}

// identityBase reads what users and roles have in common; nil after a problem.
func (a *applier) identityBase(at string, acct *account, kind Kind, name, path string,
	taken map[string]*identity) *identity {
	limit, prefix := 64, prefixUser
	if kind == KindAssumedRole {
		prefix = prefixRole
	}
	if problem := nameProblem(name, limit); problem != "" {
		a.problem(at+".name", "%s", problem)
		return nil
	}
	if sameName(taken, name) != nil {
		a.problem(at+".name", "%q exists already in account %s", name, acct.id)
		return nil
	}
	clean, ok := cleanPath(path)
	if !ok {
		a.problem(at+".path", "%q %s", path, pathProblem)
	}
	return &identity{account: acct, kind: kind, name: name, path: clean, created: a.now,
		id: a.store.mint.uniqueID(prefix, acct.id)}
}

func (a *applier) user(at string, acct *account, seed UserSeed) {
	u := a.identityBase(at, acct, KindUser, seed.Name, seed.Path, acct.users)
	if u == nil {
		return
	}
	u.tags = a.tags(at, seed.Tags)
	u.mfa = map[string][]string{}
	for i, d := range seed.MFADevices {
		if d.Serial == "" || len(d.Codes) == 0 {
			a.problem(fmt.Sprintf("%s.mfaDevices[%d]", at, i), "needs a serial and at least one code")
		}
		for _, c := range d.Codes {
			if len(c) != 6 || strings.Trim(c, "0123456789") != "" {
				a.problem(fmt.Sprintf("%s.mfaDevices[%d].codes", at, i), "a code has six digits; quote it in YAML")
			}
		}
		u.mfa[d.Serial] = d.Codes
	}
	a.permissions(at, u, seed.Policies, seed.ManagedPolicies, seed.Allow, seed.Deny, seed.Boundary)
	put(a, acct.users, u.name, u)
	for i, k := range seed.Keys {
		a.key(fmt.Sprintf("%s.keys[%d]", at, i), acct, u, k)
	}
}

func (a *applier) role(at string, acct *account, seed RoleSeed) {
	r := a.identityBase(at, acct, KindAssumedRole, seed.Name, seed.Path, acct.roles)
	if r == nil {
		return
	}
	r.tags, r.description = a.tags(at, seed.Tags), seed.Description
	r.maxSession = time.Hour
	if seed.MaxSessionDuration != 0 {
		r.maxSession = time.Duration(seed.MaxSessionDuration) * time.Second
		if seed.MaxSessionDuration < 3600 || seed.MaxSessionDuration > 43200 {
			a.problem(at+".maxSessionDuration", "%d must be 3600 to 43200 seconds", seed.MaxSessionDuration)
		}
	}
	switch {
	case seed.Trust != nil && len(seed.TrustService) > 0:
		a.problem(at, "has both trust and trustService; give one")
	case seed.Trust != nil:
		r.trust = a.policy(at+".trust", TrustPolicy, seed.Trust)
	case len(seed.TrustService) > 0:
		p, err := trustServices(seed.TrustService)
		if err != nil {
			a.problem(at+".trustService", "%v", err)
		}
		r.trust = p
	default:
		a.problem(at, "needs trust or trustService: who may assume it?")
	}
	a.permissions(at, r, seed.Policies, seed.ManagedPolicies, seed.Allow, seed.Deny, seed.Boundary)
	put(a, acct.roles, r.name, r)
}

func (a *applier) permissions(at string, id *identity, inline []PolicySeed, managed, allow, deny []string,
	boundary any) {
	for i, seed := range inline {
		at := fmt.Sprintf("%s.policies[%d]", at, i)
		if seed.Level != "" {
			a.problem(at+".level", levelProblem)
		}
		if p := a.policy(at, IdentityPolicy, seed.Document); p != nil {
			name := seed.Name
			if name == "" {
				name = fmt.Sprintf("policy%d", i)
			}
			id.inline = append(id.inline, &attached{name: name, arn: seed.ARN, policy: p})
		}
	}
	for _, short := range []struct {
		name    string
		actions []string
		make    func(...string) (*Policy, error)
	}{{"allow", allow, AllowActions}, {"deny", deny, DenyActions}} {
		if len(short.actions) == 0 {
			continue
		}
		p, err := short.make(short.actions...)
		if err != nil {
			a.problem(at+"."+short.name, "%v", err)
			continue
		}
		id.inline = append(id.inline, &attached{name: short.name, policy: p})
	}
	for i, ref := range managed {
		m := id.account.findManaged(ref)
		if m == nil {
			a.problem(fmt.Sprintf("%s.managedPolicies[%d]", at, i),
				"%q is no policy of account %s; give its document under the account's policies", ref, id.account.id)
			continue
		}
		id.attached = append(id.attached, m)
	}
	if boundary == nil {
		return
	}
	if ref, ok := boundary.(string); ok && !strings.HasPrefix(strings.TrimSpace(ref), "{") {
		if id.boundary = id.account.findManaged(ref); id.boundary == nil {
			a.problem(at+".boundary",
				"%q is no policy of account %s; give its document here or under the account's policies", ref,
				id.account.id)
		}
		return
	}
	if p := a.policy(at+".boundary", IdentityPolicy, boundary); p != nil {
		id.boundary = &attached{name: "boundary", policy: p}
	}
}

func (a *applier) tags(at string, m map[string]string) tags {
	var list tags
	for _, k := range sortedKeys(m) {
		t := Tag{k, m[k]}
		if problem := t.problem(); problem != "" {
			a.problem(at+".tags", "%s", problem)
		}
		if _, twice := list.get(k); twice {
			a.problem(at+".tags", "%q differs from another key only in case", k)
		}
		list = append(list, t)
	}
	return list
}
