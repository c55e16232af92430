package iam

import "time"

// KeyUse is when and for what an access key, or a role, was last used.
type KeyUse struct {
	Time            time.Time
	Service, Region string // "s3", "eu-west-1"
}

// Used notes that a long-term access key was used, for [Store.LastUse], or a
// session of a role, for [EntityInfo].
func (c *Credential) Used(service, region string, at time.Time) {
	switch {
	case c.key != nil:
		c.key.used.Store(&KeyUse{at, service, region})
	case c.session != nil && c.session.identity != nil:
		c.session.identity.used.Store(&KeyUse{at, service, region})
	}
}

// LastUse is the user of an access key and when the key was last used, nil for
// never.
func (s *Store) LastUse(account, keyID string) (user Entity, use *KeyUse, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	k := s.keys[keyID]
	if k == nil || k.account.id != account || k.status == KeyIsDeleted || k.user == nil {
		return Entity{}, nil, failf(404, "NoSuchEntity", "The Access Key with id %s cannot be found.", shorten(keyID))
	}
	return UserOf(k.account.id, k.user.name), k.used.Load(), nil
}
