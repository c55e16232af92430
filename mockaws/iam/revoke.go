package iam

import (
	"fmt"
	"time"
)

// revokePolicy is what the console's "Revoke active sessions" attaches to a role
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html).
const revokePolicy = "AWSRevokeOlderSessions"

// Revoke takes credentials away by their key id: an access key is made inactive,
// and all sessions issued so far to a session's role or user are revoked.
func (s *Store) Revoke(keyID string) error {
	now := s.now().UTC().Format(time.RFC3339Nano)
	s.mu.Lock()
	if k := s.keys[keyID]; k != nil {
		k.status = KeyIsInactive
		s.mu.Unlock()
		return nil
	}
	c := s.sessions[keyID]
	s.mu.Unlock()
	if c == nil || c.identity == nil {
		return fmt.Errorf("%s is no access key of a user and no session of a role that this AWS knows", shorten(keyID))
	}
	kind := KindUser
	if c.principal.Kind == KindAssumedRole {
		kind = KindAssumedRole
	}
	return s.PutPolicy(Entity{c.identity.account.id, kind, c.identity.name}, revokePolicy, `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny",
		"Action": ["*"], "Resource": ["*"], "Condition": {"DateLessThan": {"aws:TokenIssueTime": "`+now+`"}}}]}`)
}
