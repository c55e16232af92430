package iam

import (
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Resolve finds whose credentials an access key id and a session token are; an
// empty token stands for no token. The token is checked before the key: that it is one of
// this AWS, that it was issued with this key, that it has not expired. Only then
// is the key looked up. AWS answers in the same order
// (https://github.com/dacut/scratchstack-aws-signature, docs, "AWS Auth Error
// Ordering").
func (s *Store) Resolve(keyID, token string) (*Credential, *verdict.Refusal) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if token != "" {
		return s.resolveToken(keyID, token)
	}
	if c := s.sessions[keyID]; c != nil {
		if c.bucket != nil {
			return nil, refuse(verdict.NoToken{KeyID: keyID}, fmt.Sprintf(
				"%s is a key of %s and came without its token: it goes into the header x-amz-s3session-token",
				keyID, c.bucket))
		}
		return nil, refuse(verdict.NoToken{KeyID: keyID}, fmt.Sprintf(
			"%s is a temporary key of %s and came without its session token: set AWS_SESSION_TOKEN with "+
				"key and secret", keyID, c.principal.ARN))
	}
	k := s.keys[keyID]
	switch {
	case k == nil:
		return nil, refuse(verdict.UnknownKey{KeyID: keyID}, s.describeUnknown(keyID))
	case k.status == KeyIsInactive:
		return nil, refuse(verdict.InactiveKey{KeyID: keyID},
			fmt.Sprintf("%s is a key of %s that was made inactive", keyID, k.principal().ARN))
	case k.status == KeyIsDeleted:
		return nil, refuse(verdict.DeletedKey{KeyID: keyID},
			fmt.Sprintf("%s was a key of %s and was deleted", keyID, k.principal().ARN))
	}
	return k.credential(), nil
}

func (s *Store) resolveToken(keyID, token string) (*Credential, *verdict.Refusal) {
	c := s.tokens[token]
	if c == nil {
		return nil, refuse(verdict.BadToken{}, s.describeForeign(keyID, token))
	}
	return s.checkSession(keyID, c)
}

// checkSession judges a key id that came with the token of a session.
func (s *Store) checkSession(keyID string, c *session) (*Credential, *verdict.Refusal) {
	checks := []func(keyID string, c *session) *verdict.Refusal{s.checkPairing, s.checkOrigin, s.checkExpiry}
	if s.expiryFirst {
		checks[0], checks[2] = checks[2], checks[0]
	}
	for _, check := range checks {
		if r := check(keyID, c); r != nil {
			return nil, r
		}
	}
	return c.credential(), nil
}

// checkPairing: a token works only with the key it was issued with.
func (s *Store) checkPairing(keyID string, c *session) *verdict.Refusal {
	if c.keyID == keyID {
		return nil
	}
	detail := fmt.Sprintf("%s; the token sent with it belongs to %s, session %s of account %s: a token works only "+
		"with the key it was issued with",
		s.describeKey(keyID), c.keyID, c.principal.ARN, c.principal.AccountID)
	if !s.now().Before(c.expiration) {
		detail += "; it also expired, at " + c.expiration.UTC().Format(time.RFC3339)
	}
	return refuse(verdict.ForeignToken{KeyID: keyID, TokenKeyID: c.keyID, TokenPrincipal: c.principal.ARN}, detail)
}

// checkOrigin: the role or user behind the session must be there still.
func (s *Store) checkOrigin(_ string, c *session) *verdict.Refusal {
	if c.identity == nil || !c.identity.deleted {
		return nil
	}
	return refuse(verdict.BadToken{}, fmt.Sprintf("%s is a session of %s, which was deleted", c.principal.ARN,
		c.identity.arn()))
}

func (s *Store) checkExpiry(_ string, c *session) *verdict.Refusal {
	now, on := s.now(), c.expiration.UTC().Format(time.RFC3339)
	switch ago := now.Sub(c.expiration); {
	case ago < 0:
		return nil
	case s.forgetExpired > 0 && ago > s.forgetExpired:
		return refuse(verdict.BadToken{},
			fmt.Sprintf("the token of %s expired at %s, so long ago that it is invalid and no longer expired",
				c.principal.ARN, on))
	default:
		return refuse(verdict.OldToken{Expiration: c.expiration.UTC().Truncate(time.Second)},
			fmt.Sprintf("the token of %s expired at %s, %s ago", c.principal.ARN, on, ago.Round(time.Second)))
	}
}

func refuse(cause verdict.Cause, detail string) *verdict.Refusal {
	return verdict.Because(verdict.StageAuthenticate, cause, detail)
}

// describeKey says what a key id is, found or not.
func (s *Store) describeKey(keyID string) string {
	if c := s.sessions[keyID]; c != nil {
		return fmt.Sprintf("%s is a temporary key of %s", keyID, c.principal.ARN)
	}
	k := s.keys[keyID]
	if k == nil {
		return s.describeUnknown(keyID)
	}
	whose := "the root user of account " + k.account.id
	if k.user != nil {
		whose = "user " + k.user.name + " of account " + k.account.id
	}
	state := "a"
	if k.status != KeyIsActive {
		state = "a " + strings.ToLower(string(k.status))
		if k.status == KeyIsInactive {
			state = "an inactive"
		}
	}
	return fmt.Sprintf("%s is %s long-term key of %s", keyID, state, whose)
}

func (s *Store) describeUnknown(keyID string) string {
	if keyID == "" {
		return "the access key id is empty"
	}
	id := shorten(keyID)
	if trimmed := strings.Trim(keyID, " \t\r\n\"'"); trimmed != keyID {
		return fmt.Sprintf("access key id %s has spaces or quotes around it", id)
	}
	if account, ok := AccountOfKey(keyID); ok {
		if s.accounts[account] == nil {
			return fmt.Sprintf("%s is unknown; by its form it belongs to account %s, which is not here", id, account)
		}
		return fmt.Sprintf("%s is unknown; by its form it belongs to account %s, which has no such key", id, account)
	}
	return id + " is unknown"
}

// describeForeign says what can be told of a token that is not in the store.
func (s *Store) describeForeign(keyID, token string) string {
	about := fmt.Sprintf("the session token sent with %s (%d characters) is not one that was issued here",
		shorten(keyID), len(token))
	if trimmed := strings.Trim(token, " \t\r\n\"'"); trimmed != token && s.tokens[trimmed] != nil {
		return about + ": it has spaces or quotes around it"
	}
	if x := s.bucketTokens[token]; x != nil {
		return fmt.Sprintf("the token sent with %s is of %s, which goes into the header x-amz-s3session-token and to "+
			"S3 alone", shorten(keyID), x.bucket)
	}
	for known, c := range s.tokens {
		if len(token) >= 16 && len(token) < len(known) && strings.HasPrefix(known, token) {
			return about + fmt.Sprintf(": it is the beginning of the token of %s, cut short from %d characters",
				c.keyID, len(known))
		}
	}
	region, account, created, err := DecodeToken(token)
	switch {
	case account != "" && err == nil:
		return about + fmt.Sprintf(": it claims to be of account %s, issued in %s at %s", account, region,
			created.Format(time.RFC3339))
	case account != "":
		return about + fmt.Sprintf(": %v; it claims to be of account %s", err, account)
	default:
		return about + ": " + err.Error()
	}
}

// shorten keeps a pasted secret or an endless value out of a detail.
func shorten(keyID string) string {
	if len(keyID) <= 32 && strings.Trim(keyID, alphanumeric) == "" {
		return keyID
	}
	prefix := keyID[:min(4, len(keyID))]
	return fmt.Sprintf("%q... (%d characters)", prefix, len(keyID))
}
