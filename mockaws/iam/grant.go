package iam

import (
	"slices"
	"strings"
	"time"
)

// PolicyInfo is a policy with its name and, of a managed one, its ARN.
type PolicyInfo struct {
	Name, ARN string
	Document  *Policy
	// Of a managed policy:
	ID, Path, Description string
	Created, Updated      time.Time
	DefaultVersion        string // "v1"
	Tags                  []Tag
	// Attachments and BoundaryUses count the users and roles that have the policy,
	// where an account was asked for it.
	Attachments, BoundaryUses int
}

func infos(list []*attached) []PolicyInfo {
	out := make([]PolicyInfo, len(list))
	for i, a := range list {
		out[i] = a.info()
	}
	return out
}

func noPolicy(ref string) *Error {
	return orNotKnown(ref, failf(404, "NoSuchEntity", "Policy %s does not exist or is not attachable.", ref))
}

// orNotKnown is err for a policy of a customer. One of AWS's may exist all the same: the
// store has some of them only.
func orNotKnown(arn string, err *Error) *Error {
	if strings.HasPrefix(arn, awsPolicyPrefix) {
		err.NotKnown = "AWS's own policy " + arn + " is not known here: give its document in a seed, under policies " +
			"of an account, with this arn"
	}
	return err
}

// PutPolicy sets an inline policy, a document in JSON.
func (s *Store) PutPolicy(e Entity, name, document string) error {
	p, err := ParsePolicy(IdentityPolicy, document)
	if err != nil {
		return malformedDocument(IdentityPolicy, err)
	}
	if problem := nameProblem(name, 128); problem != "" {
		return failf(400, "ValidationError", "The policy name %s", problem)
	}
	return s.change(e, func(id *identity) error {
		kept := slices.DeleteFunc(slices.Clone(id.inline), func(a *attached) bool { return a.name == name })
		id.inline = append(kept, &attached{name: name, policy: p})
		return nil
	})
}

// DeletePolicy removes an inline policy.
func (s *Store) DeletePolicy(e Entity, name string) error {
	return s.change(e, func(id *identity) error {
		kept := slices.DeleteFunc(slices.Clone(id.inline), func(a *attached) bool { return a.name == name })
		if len(kept) == len(id.inline) {
			return failf(404, "NoSuchEntity", "The %s policy with name %s cannot be found.", strings.ToLower(e.noun()),
				name)
		}
		id.inline = kept
		return nil
	})
}

// Policies lists an entity's inline and attached policies.
func (s *Store) Policies(e Entity) (inline, managed []PolicyInfo, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, err := s.find(e)
	if err != nil {
		return nil, nil, err
	}
	return infos(id.inline), infos(id.attached), nil
}

// CreateManagedPolicy makes a managed policy of a document in JSON and returns
// its ARN.
func (s *Store) CreateManagedPolicy(account, path, name, document string) (arn string, err error) {
	p, err := ParsePolicy(IdentityPolicy, document)
	if err != nil {
		return "", malformedDocument(IdentityPolicy, err)
	}
	if problem := nameProblem(name, 128); problem != "" {
		return "", failf(400, "ValidationError", "The policy name %s", problem)
	}
	clean, ok := cleanPath(path)
	if !ok {
		return "", failf(400, "ValidationError", "The path %q %s", path, pathProblem)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[account]
	if a == nil {
		return "", noAccount(account)
	}
	arn = "arn:aws:iam::" + account + ":policy" + clean + name
	for _, m := range a.managed {
		if strings.EqualFold(m.name, name) {
			return "", failf(409, "EntityAlreadyExists",
				"A policy called %s already exists. Duplicate names are not allowed.", name)
		}
	}
	a.managed[arn] = &attached{name: name, arn: arn, policy: p, managed: s.newManaged(account, p)}
	return arn, nil
}

// UpdateManagedPolicy replaces a managed policy's document, wherever it is
// attached, as a new default version does.
func (s *Store) UpdateManagedPolicy(arn, document string) error {
	p, err := ParsePolicy(IdentityPolicy, document)
	if err != nil {
		return malformedDocument(IdentityPolicy, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.managed(arn)
	if m == nil {
		return noPolicy(arn)
	}
	if len(m.managed.versions) == maxVersions {
		m.managed.dropOldest()
	}
	m.addVersion(p, true, s.now())
	return nil
}

// ManagedPolicy finds a managed policy.
func (s *Store) ManagedPolicy(arn string) (*PolicyInfo, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m := s.managed(arn)
	if m == nil {
		return nil, noPolicy(arn)
	}
	info := m.info()
	return &info, nil
}

// ManagedPolicies lists an account's managed policies, sorted by ARN.
func (s *Store) ManagedPolicies(account string) []PolicyInfo {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.accounts[account]
	if a == nil {
		return nil
	}
	var list []*attached
	for _, arn := range sortedKeys(a.managed) {
		list = append(list, a.managed[arn])
	}
	return infos(list)
}

// DeleteManagedPolicy removes a managed policy that is attached nowhere.
func (s *Store) DeleteManagedPolicy(arn string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.managed(arn)
	if m == nil {
		return noPolicy(arn)
	}
	a := s.accounts[accountOfARN(arn)]
	for _, entities := range []map[string]*identity{a.users, a.roles} {
		for _, id := range entities {
			if slices.Contains(id.attached, m) || id.boundary == m {
				return failf(409, "DeleteConflict", "Cannot delete a policy attached to entities.")
			}
		}
	}
	delete(a.managed, arn)
	return nil
}

// managed finds a customer managed policy by ARN; callers hold the lock.
func (s *Store) managed(arn string) *attached {
	if a := s.accounts[accountOfARN(arn)]; a != nil {
		return a.managed[arn]
	}
	return nil
}

// AttachPolicy attaches a managed policy.
func (s *Store) AttachPolicy(e Entity, arn string) error {
	return s.change(e, func(id *identity) error {
		m := id.account.findManaged(arn)
		if m == nil {
			return noPolicy(arn)
		}
		if !slices.Contains(id.attached, m) {
			id.attached = append(slices.Clone(id.attached), m)
		}
		return nil
	})
}

// DetachPolicy detaches a managed policy.
func (s *Store) DetachPolicy(e Entity, arn string) error {
	return s.change(e, func(id *identity) error {
		kept := slices.DeleteFunc(slices.Clone(id.attached), func(a *attached) bool { return a.arn == arn })
		if len(kept) == len(id.attached) {
			return failf(404, "NoSuchEntity", "Policy %s was not found.", arn)
		}
		id.attached = kept
		return nil
	})
}

// SetBoundary makes a managed policy the permissions boundary; "" removes it.
func (s *Store) SetBoundary(e Entity, arn string) error {
	return s.change(e, func(id *identity) error {
		if arn == "" {
			id.boundary = nil
			return nil
		}
		m := id.account.findManaged(arn)
		if m == nil {
			return noPolicy(arn)
		}
		id.boundary = m
		return nil
	})
}

// CreateProvider adds an OpenID Connect provider.
func (s *Store) CreateProvider(account, url string, clientIDs []string) (*OIDCProvider, error) {
	p, err := newProvider(account, url, clientIDs, time.Time{})
	if err != nil {
		return nil, failf(400, "InvalidInput", "%v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[account]
	if a == nil {
		return nil, noAccount(account)
	}
	if a.providers[p.host()] != nil {
		return nil, failf(409, "EntityAlreadyExists", "Provider with url %s already exists.", p.URL)
	}
	p.Created = s.now()
	a.providers[p.host()] = p
	return p.clone(), nil
}

// Provider finds the provider of an account for a token's issuer.
func (s *Store) Provider(account, issuer string) (*OIDCProvider, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if a := s.accounts[account]; a != nil {
		if p := a.providers[issuerHost(issuer)]; p != nil {
			return p.clone(), true
		}
	}
	return nil, false
}

// Providers lists an account's OpenID Connect providers.
func (s *Store) Providers(account string) []*OIDCProvider {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.accounts[account]
	if a == nil {
		return nil
	}
	var list []*OIDCProvider
	for _, host := range sortedKeys(a.providers) {
		list = append(list, a.providers[host].clone())
	}
	return list
}

// UpdateProvider changes client ids, thumbprints and tags of a provider; with an
// error of f, nothing.
func (s *Store) UpdateProvider(arn string, f func(*OIDCProvider) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, p := s.provider(arn)
	if p == nil {
		return failf(404, "NoSuchEntity", "OpenIDConnect Provider not found for arn %s", arn)
	}
	changed := p.clone()
	if err := f(changed); err != nil {
		return err
	}
	merged, err := mergeTags(nil, changed.Tags)
	if err != nil {
		return err
	}
	p.ClientIDs, p.Thumbprints, p.Tags = changed.ClientIDs, changed.Thumbprints, merged
	return nil
}

// SetClientIDs replaces the audiences that a provider knows.
func (s *Store) SetClientIDs(arn string, clientIDs []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, p := s.provider(arn)
	if p == nil {
		return failf(404, "NoSuchEntity", "OpenIDConnect Provider not found for arn %s", arn)
	}
	p.ClientIDs = slices.Clone(clientIDs)
	return nil
}

// DeleteProvider removes an OpenID Connect provider.
func (s *Store) DeleteProvider(arn string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, p := s.provider(arn)
	if p == nil {
		return failf(404, "NoSuchEntity", "OpenIDConnect Provider not found for arn %s", arn)
	}
	delete(a.providers, p.host())
	return nil
}

func (s *Store) provider(arn string) (*account, *OIDCProvider) {
	a := s.accounts[accountOfARN(arn)]
	_, host, ok := strings.Cut(arn, ":oidc-provider/")
	if a == nil || !ok {
		return nil, nil
	}
	return a, a.providers[host]
}

func (p *OIDCProvider) clone() *OIDCProvider {
	c := *p
	c.ClientIDs, c.Thumbprints, c.Tags = slices.Clone(p.ClientIDs), slices.Clone(p.Thumbprints), slices.Clone(p.Tags)
	return &c
}
