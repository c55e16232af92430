package iam

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// managed is what a managed policy has in addition to the document in force.
type managed struct {
	id, description string
	created         time.Time
	versions        []version // oldest first
	last            int       // number of the newest version that ever was
	tags            tags
}

// version is a document that a managed policy has or had in force.
type version struct {
	number  int
	policy  *Policy
	created time.Time
}

// maxVersions is how many versions a managed policy keeps.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxVersions = 5

// VersionInfo is one version of a managed policy.
type VersionInfo struct {
	ID       string // "v1"
	Document *Policy
	Default  bool
	Created  time.Time
}

// newManaged is a managed policy with its first version.
func (s *Store) newManaged(account string, p *Policy) *managed {
	now := s.now()
	return &managed{id: s.mint.uniqueID(prefixManagedPolicy, account), created: now, last: 1,
		versions: []version{{1, p, now}}}
}

func (v version) id() string { return fmt.Sprintf("v%d", v.number) }

// inForce is the version whose document the policy has.
func (m *attached) inForce() version {
	for _, v := range m.managed.versions {
		if v.policy == m.policy {
			return v
		}
	}
	return version{}
}

func (m *attached) addVersion(p *Policy, inForce bool, now time.Time) version {
	m.managed.last++
	v := version{m.managed.last, p, now}
	m.managed.versions = append(m.managed.versions, v)
	if inForce {
		m.policy = p
	}
	return v
}

// dropOldest makes room where the caller did not.
func (m *managed) dropOldest() { m.versions = slices.Delete(slices.Clone(m.versions), 0, 1) }

func (m *attached) info() PolicyInfo {
	info := PolicyInfo{Name: m.name, ARN: m.arn, Document: m.policy}
	if m.managed == nil {
		return info
	}
	_, rest, _ := strings.Cut(m.arn, ":policy")
	info.Path = strings.TrimSuffix(rest, m.name)
	info.ID, info.Description, info.Created = m.managed.id, m.managed.description, m.managed.created
	info.Updated, info.DefaultVersion = m.managed.versions[len(m.managed.versions)-1].created, m.inForce().id()
	info.Tags = slices.Clone(m.managed.tags)
	return info
}

func (m *attached) version(v version) VersionInfo {
	return VersionInfo{ID: v.id(), Document: v.policy, Default: v.policy == m.policy, Created: v.created}
}

// FindPolicy finds a managed policy of an account, or one of AWS that it may
// use, and counts where the account uses it.
func (s *Store) FindPolicy(account, arn string) (*PolicyInfo, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, m, err := s.policyIn(account, arn)
	if err != nil {
		return nil, err
	}
	info := a.counted(m)
	return &info, nil
}

// UsablePolicies lists the managed policies that an account may attach, its own
// and the AWS managed policies that are here, sorted by ARN, with their uses.
func (s *Store) UsablePolicies(account string) []PolicyInfo {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.accounts[account]
	if a == nil {
		return nil
	}
	var list []PolicyInfo
	for arn, m := range awsPolicies() {
		if a.managed[arn] == nil {
			list = append(list, a.counted(m))
		}
	}
	for _, arn := range sortedKeys(a.managed) {
		list = append(list, a.counted(a.managed[arn]))
	}
	slices.SortFunc(list, func(x, y PolicyInfo) int { return strings.Compare(x.ARN, y.ARN) })
	return list
}

// counted is a policy with where the account uses it.
func (a *account) counted(m *attached) PolicyInfo {
	info := m.info()
	for id := range a.identities() {
		if slices.Contains(id.attached, m) {
			info.Attachments++
		}
		if id.boundary == m {
			info.BoundaryUses++
		}
	}
	return info
}

// PolicyHolders lists the users and roles of an account that a managed policy is
// attached to, or is the permissions boundary of.
func (s *Store) PolicyHolders(account, arn string, boundary bool) ([]*EntityInfo, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, m, err := s.policyIn(account, arn)
	if err != nil {
		return nil, err
	}
	var list []*EntityInfo
	for id := range a.identities() {
		if boundary && id.boundary == m || !boundary && slices.Contains(id.attached, m) {
			list = append(list, id.info())
		}
	}
	return list, nil
}

// identities yields the users and then the roles, sorted by name.
func (a *account) identities() func(yield func(*identity) bool) {
	return func(yield func(*identity) bool) {
		for _, entities := range []map[string]*identity{a.users, a.roles} {
			for _, name := range sortedKeys(entities) {
				if !yield(entities[name]) {
					return
				}
			}
		}
	}
}

func (s *Store) policyIn(owner, arn string) (*account, *attached, error) {
	a := s.accounts[owner]
	if a == nil {
		return nil, nil, noAccount(owner)
	}
	if m := a.findManaged(arn); m != nil && strings.HasPrefix(arn, "arn:") {
		return a, m, nil
	}
	return nil, nil, orNotKnown(arn, failf(404, "NoSuchEntity", "Policy %s was not found.", arn))
}

// PolicyVersions lists the versions of a managed policy, newest first.
func (s *Store) PolicyVersions(account, arn string) ([]VersionInfo, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, m, err := s.policyIn(account, arn)
	if err != nil {
		return nil, err
	}
	var list []VersionInfo
	for _, v := range slices.Backward(m.managed.versions) {
		list = append(list, m.version(v))
	}
	return list, nil
}

// CreatePolicyVersion adds a version, a document in JSON, and puts it in force if
// it is to be the default one.
func (s *Store) CreatePolicyVersion(arn, document string, asDefault bool) (*VersionInfo, error) {
	p, err := ParsePolicy(IdentityPolicy, document)
	if err != nil {
		return nil, malformedDocument(IdentityPolicy, err)
	}
	var info VersionInfo
	err = s.changePolicy(arn, func(m *attached) error {
		if len(m.managed.versions) >= maxVersions {
			return failf(409, "LimitExceeded", "A managed policy can have up to %d versions. Before you create a new "+
				"version, you must delete an existing version.", maxVersions)
		}
		info = m.version(m.addVersion(p, asDefault, s.now()))
		return nil
	})
	return &info, err
}

// SetDefaultVersion puts another version of a managed policy in force.
func (s *Store) SetDefaultVersion(arn, id string) error {
	return s.changePolicy(arn, func(m *attached) error {
		v, err := m.find(id)
		if err == nil {
			m.policy = v.policy
		}
		return err
	})
}

// DeletePolicyVersion removes a version that is not in force.
func (s *Store) DeletePolicyVersion(arn, id string) error {
	return s.changePolicy(arn, func(m *attached) error {
		v, err := m.find(id)
		if err != nil {
			return err
		}
		if v.policy == m.policy {
			return failf(409, "DeleteConflict", "Cannot delete the default version of a policy.")
		}
		m.managed.versions = slices.DeleteFunc(slices.Clone(m.managed.versions),
			func(other version) bool { return other.number == v.number })
		return nil
	})
}

func (m *attached) find(id string) (version, error) {
	for _, v := range m.managed.versions {
		if v.id() == id {
			return v, nil
		}
	}
	return version{}, failf(404, "NoSuchEntity", "Policy %s version %s does not exist or is not attachable.", m.arn,
		shorten(id))
}

// DescribePolicy sets the description and adds tags.
func (s *Store) DescribePolicy(arn, description string, list []Tag) error {
	return s.changePolicy(arn, func(m *attached) error {
		merged, err := mergeTags(m.managed.tags, list)
		if err == nil {
			m.managed.description, m.managed.tags = description, merged
		}
		return err
	})
}

// TagPolicy adds tags to a managed policy.
func (s *Store) TagPolicy(arn string, list []Tag) error {
	return s.changePolicy(arn, func(m *attached) error {
		merged, err := mergeTags(m.managed.tags, list)
		if err == nil {
			m.managed.tags = merged
		}
		return err
	})
}

// UntagPolicy removes tags of a managed policy by their keys.
func (s *Store) UntagPolicy(arn string, keys []string) error {
	return s.changePolicy(arn, func(m *attached) error {
		m.managed.tags = withoutTags(m.managed.tags, keys)
		return nil
	})
}

// changePolicy runs f on a customer managed policy under the lock.
func (s *Store) changePolicy(arn string, f func(*attached) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.managed(arn)
	if m == nil {
		return failf(404, "NoSuchEntity", "Policy %s was not found.", arn)
	}
	return f(m)
}
