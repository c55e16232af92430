package iam

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Entity names a user or a role.
type Entity struct {
	AccountID string
	Kind      Kind // KindUser, or KindAssumedRole for a role
	Name      string
}

// UserOf names a user.
func UserOf(account, name string) Entity { return Entity{account, KindUser, name} }

// RoleOf names a role.
func RoleOf(account, name string) Entity { return Entity{account, KindAssumedRole, name} }

// EntityInfo is a user or a role as it is now.
type EntityInfo struct {
	Entity
	ARN         string
	ID          string // AIDA... or AROA...
	Path        string
	Created     time.Time
	Tags        []Tag
	BoundaryARN string
	// Of a user: the serial numbers of its MFA devices.
	MFA []string
	// Of a role:
	Trust              *Policy
	MaxSessionDuration time.Duration
	Description        string
	LastUse            *KeyUse // nil: never
}

// EntityInput is what a user or role is created from.
type EntityInput struct {
	Path        string // "/" by default
	Tags        []Tag
	BoundaryARN string
	// Of a role: the trust policy in JSON, and the longest session, in seconds,
	// 3600 by default.
	Trust              string
	MaxSessionDuration int
	Description        string
}

func (i *identity) info() *EntityInfo {
	info := &EntityInfo{
		Entity: Entity{i.account.id, i.kind, i.name}, ARN: i.arn(), ID: i.id, Path: i.path, Created: i.created,
		Tags: slices.Clone(i.tags), Trust: i.trust, MaxSessionDuration: i.maxSession, Description: i.description,
		MFA: sortedKeys(i.mfa), LastUse: i.used.Load(),
	}
	if i.boundary != nil {
		info.BoundaryARN = i.boundary.arn
	}
	return info
}

// CreateAccount adds an empty account; one that exists is left as it is.
func (s *Store) CreateAccount(id, alias string) error {
	if !isAccountID(id) {
		return failf(400, "ValidationError", "account id %q must be 12 digits", id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[id] == nil {
		s.accounts[id] = newAccount(id)
	}
	if alias != "" {
		s.accounts[id].alias = alias
	}
	return nil
}

// SetAlias gives an account an alias; "" removes it.
func (s *Store) SetAlias(id, alias string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[id]
	if a == nil {
		return noAccount(id)
	}
	a.alias = alias
	return nil
}

// Accounts are the ids of all accounts, with their aliases.
func (s *Store) Accounts() map[string]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m := make(map[string]string, len(s.accounts))
	for id, a := range s.accounts {
		m[id] = a.alias
	}
	return m
}

// Create adds a user or role.
func (s *Store) Create(e Entity, in EntityInput) (*EntityInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[e.AccountID]
	if a == nil {
		return nil, noAccount(e.AccountID)
	}
	if problem := nameProblem(e.Name, 64); problem != "" {
		return nil, failf(400, "ValidationError", "The name %s", problem)
	}
	path, ok := cleanPath(in.Path)
	if !ok {
		return nil, failf(400, "ValidationError", "The path %q %s", in.Path, pathProblem)
	}
	if err := checkOwned(path); err != nil {
		return nil, err
	}
	if sameName(a.entities(e.Kind), e.Name) != nil {
		return nil, failf(409, "EntityAlreadyExists", "%s with name %s already exists.", e.noun(), e.Name)
	}
	id := &identity{account: a, kind: e.Kind, name: e.Name, path: path, created: s.now(), description: in.Description}
	if err := id.setTags(in.Tags); err != nil {
		return nil, err
	}
	if in.BoundaryARN != "" {
		if id.boundary = a.findManaged(in.BoundaryARN); id.boundary == nil {
			return nil, noPolicy(in.BoundaryARN)
		}
	}
	prefix := prefixUser
	if e.Kind == KindAssumedRole {
		prefix = prefixRole
		if err := s.setTrust(id, in.Trust); err != nil {
			return nil, err
		}
		if err := id.setMaxSession(cmp.Or(in.MaxSessionDuration, 3600)); err != nil {
			return nil, err
		}
	}
	id.id = s.mint.uniqueID(prefix, a.id)
	a.entities(e.Kind)[e.Name] = id
	return id.info(), nil
}

// Get finds a user or role.
func (s *Store) Get(e Entity) (*EntityInfo, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, err := s.find(e)
	if err != nil {
		return nil, err
	}
	return id.info(), nil
}

// RoleByARN finds a role.
func (s *Store) RoleByARN(arn string) (*EntityInfo, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r := s.role(arn)
	if r == nil {
		return nil, false
	}
	return r.info(), true
}

// List yields the users or roles of an account whose path begins with a prefix,
// sorted by name.
func (s *Store) List(account string, kind Kind, pathPrefix string) []*EntityInfo {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.accounts[account]
	if a == nil {
		return nil
	}
	var list []*EntityInfo
	for _, name := range sortedKeys(a.entities(kind)) {
		if id := a.entities(kind)[name]; strings.HasPrefix(id.path, pathPrefix) {
			list = append(list, id.info())
		}
	}
	return list
}

// Delete removes a user or role, which must have neither keys nor policies any
// more. Its sessions are invalid from now on, also if another of the same name
// is created.
func (s *Store) Delete(e Entity) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.find(e)
	if err != nil {
		return err
	}
	switch {
	case id.owned():
		return id.unmodifiable()
	case len(id.keys) > 0:
		return failf(409, "DeleteConflict", "Cannot delete entity, must delete access keys first.")
	case len(id.api) > 0:
		// localstack/localstack tests/aws/services/iam/test_iam.snapshot.json, recorded from AWS.
		return failf(409, "DeleteConflict", "Cannot delete entity, must remove referenced objects first.")
	case len(id.mfa) > 0:
		return failf(409, "DeleteConflict", "Cannot delete entity, must delete MFA device first.")
	case s.inProfile(id):
		return failf(409, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
	case len(id.attached) > 0:
		return failf(409, "DeleteConflict", "Cannot delete entity, must detach all policies first.")
	case len(id.inline) > 0:
		return failf(409, "DeleteConflict", "Cannot delete entity, must delete policies first.")
	}
	id.deleted = true
	delete(id.account.entities(e.Kind), id.name)
	return nil
}

// UpdateUser gives a user another name or path; "" leaves one as it is. Keys and
// policies stay with the user.
func (s *Store) UpdateUser(e Entity, newName, newPath string) error {
	return s.change(UserOf(e.AccountID, e.Name), func(u *identity) error {
		name, path := cmp.Or(newName, u.name), u.path
		if newPath != "" {
			clean, ok := cleanPath(newPath)
			if !ok {
				return failf(400, "ValidationError", "The path %q %s", newPath, pathProblem)
			}
			path = clean
			if err := checkOwned(path); err != nil {
				return err
			}
		}
		if problem := nameProblem(name, 64); problem != "" {
			return failf(400, "ValidationError", "The name %s", problem)
		}
		if other := sameName(u.account.users, name); other != nil && other != u {
			return failf(409, "EntityAlreadyExists", "User with name %s already exists.", name)
		}
		delete(u.account.users, u.name)
		u.name, u.path = name, path
		u.account.users[name] = u
		return nil
	})
}

// UpdateTrust replaces a role's trust policy with a document in JSON.
func (s *Store) UpdateTrust(e Entity, document string) error {
	return s.change(e, func(id *identity) error { return s.setTrust(id, document) })
}

// UpdateRole sets a role's longest session, in seconds, and its description; nil
// leaves one as it is.
func (s *Store) UpdateRole(e Entity, maxSessionDuration *int, description *string) error {
	return s.change(e, func(id *identity) error {
		if maxSessionDuration != nil {
			if err := id.setMaxSession(*maxSessionDuration); err != nil {
				return err
			}
		}
		if description != nil {
			id.description = *description
		}
		return nil
	})
}

// SetTags adds tags, replacing tags with the same key.
func (s *Store) SetTags(e Entity, list []Tag) error {
	return s.change(e, func(id *identity) error { return id.setTags(list) })
}

// RemoveTags removes tags by their keys.
func (s *Store) RemoveTags(e Entity, keys []string) error {
	return s.change(e, func(id *identity) error {
		id.tags = withoutTags(id.tags, keys)
		return nil
	})
}

// change runs f on an entity under the lock.
func (s *Store) change(e Entity, f func(*identity) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.find(e)
	switch {
	case err != nil:
		return err
	case id.owned():
		return id.unmodifiable()
	}
	return f(id)
}

// find looks an entity up; callers hold the lock.
func (s *Store) find(e Entity) (*identity, error) {
	a := s.accounts[e.AccountID]
	if a == nil {
		return nil, noAccount(e.AccountID)
	}
	if id := a.entities(e.Kind)[e.Name]; id != nil {
		return id, nil
	}
	return nil, failf(404, "NoSuchEntity", "The %s with name %s cannot be found.", strings.ToLower(e.noun()), e.Name)
}

func (a *account) entities(kind Kind) map[string]*identity {
	if kind == KindAssumedRole {
		return a.roles
	}
	return a.users
}

func (e Entity) noun() string {
	if e.Kind == KindAssumedRole {
		return "Role"
	}
	return "User"
}

func noAccount(id string) *Error {
	return failf(404, "NoSuchEntity", "Account %s is not here.", id)
}

func (s *Store) setTrust(i *identity, document string) error {
	if i.kind != KindAssumedRole {
		return failf(400, "ValidationError", "Only a role has a trust policy.")
	}
	p, err := ParsePolicy(TrustPolicy, document)
	if err != nil {
		return malformedDocument(TrustPolicy, err)
	}
	if strangers := s.strangers(p); len(strangers) > 0 {
		return noPrincipal(strangers[0])
	}
	if err := checkShared(p); err != nil {
		return err
	}
	i.trust = p
	return nil
}

func (i *identity) setMaxSession(seconds int) error {
	if seconds < 3600 || seconds > 43200 {
		return failf(400, "ValidationError", "MaxSessionDuration must be 3600 to 43200 seconds, not %d.", seconds)
	}
	i.maxSession = time.Duration(seconds) * time.Second
	return nil
}

func (i *identity) setTags(list []Tag) error {
	merged, err := mergeTags(i.tags, list)
	if err != nil {
		return err
	}
	i.tags = merged
	return nil
}

// mergeTags adds tags to others, replacing tags with the same key.
func mergeTags(old, list []Tag) ([]Tag, error) {
	merged := slices.Clone(old)
	for _, t := range list {
		if problem := t.problem(); problem != "" {
			return nil, failf(400, "InvalidInput", "%s", problem)
		}
		merged = append(slices.DeleteFunc(merged, func(old Tag) bool { return strings.EqualFold(old.Key, t.Key) }), t)
	}
	if len(merged) > maxSessionTags {
		return nil, failf(409, "LimitExceeded", "An entity has at most %d tags.", maxSessionTags)
	}
	return merged, nil
}

// withoutTags returns the tags without the ones of some keys.
func withoutTags(list []Tag, keys []string) []Tag {
	return slices.DeleteFunc(slices.Clone(list), func(t Tag) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, t.Key) })
	})
}

func malformedPolicy(err error) *Error {
	return failf(400, "MalformedPolicyDocument", "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
}
