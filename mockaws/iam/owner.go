package iam

// OwnerOfKey is whose access key id this is, whatever became of the key: for
// explaining a refusal, not for allowing anything.
func (s *Store) OwnerOfKey(keyID string) (Principal, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if c := s.sessions[keyID]; c != nil {
		return c.principal, true
	}
	if k := s.keys[keyID]; k != nil {
		return k.principal(), true
	}
	return Principal{}, false
}

// OwnerOfToken is the key id that a session token was issued with, and whose it
// is.
func (s *Store) OwnerOfToken(token string) (keyID string, owner Principal, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c := s.tokens[token]
	if c == nil {
		c = s.bucketTokens[token]
	}
	if c == nil {
		return "", Principal{}, false
	}
	return c.keyID, c.principal, true
}
