package iam

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Prefixes of Bedrock API keys.
// https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html
const (
	bearerPrefix = "ABSK"
	// ShortTermPrefix starts a short-term Bedrock API key: a presigned URL, whose
	// signature and credentials a judge verifies; the store does not know it.
	ShortTermPrefix = "bedrock-api-key-"
)

// BearerKeyInfo is a long-term Bedrock API key, a service-specific credential of
// a user, without its secret.
type BearerKeyInfo struct {
	ID         string // ACCA...
	UserName   string // ServiceCredentialAlias: user-at-account
	User       Entity
	Status     KeyStatus
	Created    time.Time
	Expiration time.Time // zero: never
}

// BearerKey is a long-term Bedrock API key as it is shown once, when it was
// created. Printing it does not show the secret.
type BearerKey struct {
	BearerKeyInfo
	Secret string `json:"-"` // ABSK...
}

// String leaves the secret out.
func (k BearerKey) String() string { return k.ID + " (Bedrock API key of " + k.User.Name + ")" }

// GoString leaves the secret out.
func (k BearerKey) GoString() string { return k.String() }

// newServiceCredential makes a long-term Bedrock API key: ABSK and the base64 of
// a user name and a password. Its length of about 132 characters is an
// observation, not documented.
func (s *Store) newServiceCredential(u *identity, secret string) *serviceCredential {
	c := &serviceCredential{
		id: s.mint.uniqueID(prefixServiceSpecific, u.account.id), userName: u.name + "-at-" + u.account.id,
		secret: secret, user: u, status: KeyIsActive,
	}
	for c.secret == "" || s.bearers[c.secret] != nil {
		password := base64.StdEncoding.EncodeToString(s.mint.bytes(45))
		c.secret = bearerPrefix + base64.StdEncoding.EncodeToString([]byte(c.userName+":"+password))
	}
	return c
}

func (c *serviceCredential) info() BearerKeyInfo {
	return BearerKeyInfo{
		ID: c.id, UserName: c.userName, User: UserOf(c.user.account.id, c.user.name),
		Status: c.status, Created: c.created, Expiration: c.expiration,
	}
}

// CreateBearerKey makes a long-term Bedrock API key for a user, as
// iam:CreateServiceSpecificCredential does; a zero lifetime is forever.
func (s *Store) CreateBearerKey(user Entity, lifetime time.Duration) (*BearerKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUser(user)
	if err != nil {
		return nil, err
	}
	if len(u.api) >= maxKeys {
		return nil, failf(409, "LimitExceeded", "Cannot exceed quota for ServiceSpecificCredentialsPerUser: %d",
			maxKeys)
	}
	c := s.newServiceCredential(u, "")
	c.created = s.now()
	if lifetime != 0 {
		c.expiration = c.created.Add(lifetime)
	}
	s.bearers[c.secret] = c
	u.api = append(slices.Clone(u.api), c)
	return &BearerKey{BearerKeyInfo: c.info(), Secret: c.secret}, nil
}

// BearerKeys lists a user's long-term Bedrock API keys.
func (s *Store) BearerKeys(user Entity) ([]BearerKeyInfo, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	u, err := s.findUser(user)
	if err != nil {
		return nil, err
	}
	list := make([]BearerKeyInfo, len(u.api))
	for i, c := range u.api {
		list[i] = c.info()
	}
	return list, nil
}

// UpdateBearerKey makes a key active or inactive.
func (s *Store) UpdateBearerKey(user Entity, id string, status KeyStatus) error {
	if status != KeyIsActive && status != KeyIsInactive {
		return failf(400, "ValidationError", "A key's status is Active or Inactive, not %q.", status)
	}
	return s.changeBearerKey(user, id, func(c *serviceCredential) { c.status = status })
}

// DeleteBearerKey deletes a key.
func (s *Store) DeleteBearerKey(user Entity, id string) error {
	return s.changeBearerKey(user, id, func(c *serviceCredential) {
		c.status = KeyIsDeleted
		c.user.api = slices.DeleteFunc(slices.Clone(c.user.api),
			func(other *serviceCredential) bool { return other == c })
	})
}

func (s *Store) changeBearerKey(user Entity, id string, f func(*serviceCredential)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.findUser(user)
	if err != nil {
		return err
	}
	for _, c := range u.api {
		if c.id == id {
			f(c)
			return nil
		}
	}
	return failf(404, "NoSuchEntity", "No such credential %s exists", shorten(id))
}

// ResolveBearer finds whose a long-term Bedrock API key is. A short-term key, one
// with [ShortTermPrefix], is not for it.
func (s *Store) ResolveBearer(key string) (*Credential, *verdict.Refusal) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	now := s.now()
	c := s.bearers[key]
	switch {
	case !strings.HasPrefix(key, bearerPrefix):
		return nil, refuse(verdict.BadBearer{},
			fmt.Sprintf("the bearer token (%d characters) begins with neither %s nor %s", len(key), ShortTermPrefix,
				bearerPrefix))
	case c == nil:
		return nil, refuse(verdict.UnknownBearer{},
			fmt.Sprintf("the Bedrock API key (%d characters) is not one that was issued here%s", len(key),
				claimedBearer(key)))
	case c.status != KeyIsActive:
		return nil, refuse(verdict.UnknownBearer{}, fmt.Sprintf("the Bedrock API key %s of %s is %s", c.id,
			c.user.arn(),
			strings.ToLower(string(c.status))))
	case !c.expiration.IsZero() && !now.Before(c.expiration):
		on := c.expiration.UTC().Format(time.RFC3339)
		return nil, refuse(verdict.OldBearer{Expiration: c.expiration.UTC().Truncate(time.Second)},
			fmt.Sprintf("the Bedrock API key %s of %s expired at %s", c.id, c.user.arn(), on))
	}
	return &Credential{KeyID: c.id, Secret: c.secret, Principal: c.user.principal(), Issued: c.created,
		Expiration: c.expiration, bearer: c}, nil
}

// claimedBearer is the user name in a foreign key, the part before its password.
func claimedBearer(key string) string {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, bearerPrefix))
	name, _, ok := strings.Cut(string(raw), ":")
	if err != nil || !ok || len(name) > 128 || strings.Trim(name, alphanumeric+"+=,.@_-") != "" {
		return ""
	}
	return "; it claims to be of " + name
}
