package iam

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// InstanceProfile hands a role to EC2 instances.
type InstanceProfile struct {
	Name, ARN, ID, Path string
	Created             time.Time
	Role                *EntityInfo // nil for none
	Tags                []Tag
}

type instanceProfile struct {
	account        *account
	name, id, path string
	created        time.Time
	role           *identity
	tags           tags
}

func (p *instanceProfile) info() *InstanceProfile {
	info := &InstanceProfile{
		Name: p.name, ARN: "arn:aws:iam::" + p.account.id + ":instance-profile" + p.path + p.name,
		ID: p.id, Path: p.path, Created: p.created, Tags: slices.Clone(p.tags),
	}
	if p.role != nil {
		info.Role = p.role.info()
	}
	return info
}

// CreateInstanceProfile adds an instance profile without a role.
func (s *Store) CreateInstanceProfile(account, path, name string, list []Tag) (*InstanceProfile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[account]
	if a == nil {
		return nil, noAccount(account)
	}
	if problem := nameProblem(name, 128); problem != "" {
		return nil, failf(400, "ValidationError", "The name %s", problem)
	}
	clean, ok := cleanPath(path)
	if !ok {
		return nil, failf(400, "ValidationError", "The path %q %s", path, pathProblem)
	}
	merged, err := mergeTags(nil, list)
	if err != nil {
		return nil, err
	}
	for other := range maps.Keys(a.profiles) {
		if strings.EqualFold(other, name) {
			return nil, failf(409, "EntityAlreadyExists", "Instance Profile %s already exists.", name)
		}
	}
	p := &instanceProfile{account: a, name: name, id: s.mint.uniqueID(prefixInstanceProfile, account), path: clean,
		created: s.now(), tags: merged}
	a.profiles[name] = p
	return p.info(), nil
}

// InstanceProfiles lists an account's instance profiles, sorted by name.
func (s *Store) InstanceProfiles(account string) []*InstanceProfile {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.accounts[account]
	if a == nil {
		return nil
	}
	var list []*InstanceProfile
	for _, name := range sortedKeys(a.profiles) {
		list = append(list, a.profiles[name].info())
	}
	return list
}

// FindInstanceProfile finds an instance profile.
func (s *Store) FindInstanceProfile(account, name string) (*InstanceProfile, error) {
	var info *InstanceProfile
	err := s.changeProfile(account, name, func(p *instanceProfile) error {
		info = p.info()
		return nil
	})
	return info, err
}

// DeleteInstanceProfile removes an instance profile that has no role.
func (s *Store) DeleteInstanceProfile(account, name string) error {
	return s.changeProfile(account, name, func(p *instanceProfile) error {
		if p.role != nil {
			return failf(409, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
		}
		delete(p.account.profiles, name)
		return nil
	})
}

// SetProfileRole puts a role into an instance profile.
func (s *Store) SetProfileRole(account, name, role string) error {
	return s.changeProfile(account, name, func(p *instanceProfile) error {
		id, err := s.find(RoleOf(account, role))
		if err != nil {
			return err
		}
		if p.role != nil {
			return failf(409, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
		}
		p.role = id
		return nil
	})
}

// RemoveProfileRole takes the role out of an instance profile.
func (s *Store) RemoveProfileRole(account, name, role string) error {
	return s.changeProfile(account, name, func(p *instanceProfile) error {
		if _, err := s.find(RoleOf(account, role)); err != nil {
			return err
		}
		if p.role == nil || p.role.name != role {
			return failf(404, "NoSuchEntity", "Role %s cannot be found in instance profile %s.", role, name)
		}
		p.role = nil
		return nil
	})
}

// TagInstanceProfile adds tags and removes the tags with the given keys.
func (s *Store) TagInstanceProfile(account, name string, add []Tag, remove []string) error {
	return s.changeProfile(account, name, func(p *instanceProfile) error {
		merged, err := mergeTags(withoutTags(p.tags, remove), add)
		if err == nil {
			p.tags = merged
		}
		return err
	})
}

func (s *Store) changeProfile(account, name string, f func(*instanceProfile) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[account]
	if a == nil {
		return noAccount(account)
	}
	p := a.profiles[name]
	if p == nil {
		return failf(404, "NoSuchEntity", "Instance Profile %s cannot be found.", name)
	}
	return f(p)
}

// inProfile reports whether an instance profile holds the role; callers hold the
// lock.
func (s *Store) inProfile(id *identity) bool {
	for _, p := range id.account.profiles {
		if p.role == id {
			return true
		}
	}
	return false
}
