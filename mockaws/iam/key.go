package iam

import (
	"slices"
	"time"
)

// maxKeys is how many access keys, or Bedrock API keys, a user may have.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxKeys = 2

// KeyInfo is an access key without its secret.
type KeyInfo struct {
	ID      string
	User    Entity
	Status  KeyStatus
	Created time.Time
}

// CreateKey makes an access key for a user.
func (s *Store) CreateKey(user Entity) (*Credential, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUser(user)
	if err != nil {
		return nil, err
	}
	if len(u.keys) >= maxKeys {
		return nil, failf(409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: %d", maxKeys)
	}
	k := &accessKey{
		id: s.newKeyID(prefixLongTerm, u.account.id), secret: s.mint.secret(),
		account: u.account, user: u, status: KeyIsActive, created: s.now(),
	}
	s.keys[k.id] = k
	u.keys = append(u.keys, k)
	return k.credential(), nil
}

// KeyAccount is the account of an access key that was issued here, deleted ones
// included.
func (s *Store) KeyAccount(id string) (account string, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if k := s.keys[id]; k != nil {
		return k.account.id, true
	}
	if x := s.sessions[id]; x != nil {
		return x.principal.AccountID, true
	}
	return "", false
}

// Keys lists a user's access keys.
func (s *Store) Keys(user Entity) ([]KeyInfo, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	u, err := s.findUser(user)
	if err != nil {
		return nil, err
	}
	list := make([]KeyInfo, len(u.keys))
	for i, k := range u.keys {
		list[i] = k.info()
	}
	return list, nil
}

// UpdateKey makes a user's access key active or inactive.
func (s *Store) UpdateKey(user Entity, keyID string, status KeyStatus) error {
	if status != KeyIsActive && status != KeyIsInactive {
		return failf(400, "ValidationError", "A key's status is Active or Inactive, not %q.", status)
	}
	return s.changeKey(user, keyID, func(k *accessKey) { k.status = status })
}

// DeleteKey deletes a user's access key. Its id is remembered as the id of a
// deleted key.
func (s *Store) DeleteKey(user Entity, keyID string) error {
	return s.changeKey(user, keyID, func(k *accessKey) {
		k.status = KeyIsDeleted
		k.user.keys = slices.DeleteFunc(k.user.keys, func(other *accessKey) bool { return other == k })
	})
}

func (s *Store) changeKey(user Entity, keyID string, f func(*accessKey)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUser(user)
	if err != nil {
		return err
	}
	for _, k := range u.keys {
		if k.id == keyID {
			f(k)
			return nil
		}
	}
	return failf(404, "NoSuchEntity", "The Access Key with id %s cannot be found.", shorten(keyID))
}

func (s *Store) findUser(user Entity) (*identity, error) {
	return s.find(UserOf(user.AccountID, user.Name))
}

func (k *accessKey) info() KeyInfo {
	return KeyInfo{ID: k.id, User: UserOf(k.account.id, k.user.name), Status: k.status, Created: k.created}
}
