package iam

import (
	"strings"
	"time"
)

var keyStatuses = map[string]KeyStatus{
	"": KeyIsActive, "active": KeyIsActive, "inactive": KeyIsInactive, "deleted": KeyIsDeleted,
}

func (a *applier) key(at string, acct *account, u *identity, seed KeySeed) {
	status, ok := keyStatuses[strings.ToLower(seed.Status)]
	if !ok {
		a.problem(at+".status", "%q must be active, inactive or deleted", seed.Status)
	}
	k := &accessKey{id: seed.ID, secret: seed.Secret, account: acct, user: u, status: status, created: a.now}
	if k.id == "" {
		k.id = a.store.newKeyID(prefixLongTerm, acct.id)
	}
	if k.secret == "" {
		k.secret = a.store.mint.secret()
	}
	ok = a.checkKeyID(at, k.id) && a.checkSecret(at+".secret", k.secret)
	if strings.HasPrefix(k.id, prefixTemporary) {
		a.problem(at+".id", "%s is a temporary key by its prefix: list it under sessions", k.id)
	}
	if !ok {
		return
	}
	put(a, a.store.keys, k.id, k)
	applied := AppliedKey{At: at, AccountID: acct.id, Principal: k.principal().ARN, KeyID: k.id, Secret: k.secret,
		Status: k.status}
	if u != nil {
		applied.User = u.name
		if status != KeyIsDeleted {
			u.keys = append(u.keys, k)
		}
	}
	a.applied.Keys = append(a.applied.Keys, applied)
}

// publishedKeyID is shorter than AWS's ids are; AWS's documentation and test suites
// sign with it, and have it as the key of a session too.
const publishedKeyID = "AKIDEXAMPLE"

func (a *applier) checkKeyID(at, id string) bool {
	switch {
	case id != publishedKeyID && len(id) < 16 || len(id) > 128 || strings.Trim(id, alphanumeric+"_") != "":
		a.problem(at+".id", "an access key id has 16 to 128 letters and digits, this one has %d characters", len(id))
		return false
	case a.store.keys[id] != nil || a.store.sessions[id] != nil:
		a.problem(at+".id", "%s exists already", id)
		return false
	}
	return true
}

func (a *applier) checkSecret(at, secret string) bool {
	for _, c := range secret {
		if c <= ' ' || c > '~' {
			a.problem(at, "must be printable ASCII without spaces")
			return false
		}
	}
	return true
}

func (a *applier) session(at string, acct *account, seed SessionSeed) {
	c := &session{keyID: seed.ID, secret: seed.Secret, token: seed.Token, issued: a.now, tags: a.tags(at, seed.Tags)}
	if !a.sessionIdentity(at, acct, seed, c) {
		return
	}
	if a.refused(at, acct, seed, c) {
		return
	}
	expiration, ok := a.expiration(at, seed.ExpiresIn, seed.Expiration)
	if !ok {
		return
	}
	if expiration.IsZero() {
		expiration = a.now.Add(time.Hour)
	}
	c.expiration = expiration
	if !c.expiration.After(c.issued) {
		c.issued = c.expiration.Add(-time.Hour)
	}
	if seed.SessionPolicy != nil {
		c.restricted = true
		if p := a.policy(at+".sessionPolicy", IdentityPolicy, seed.SessionPolicy); p != nil {
			c.policies = []*attached{{policy: p}}
		}
	}
	if c.keyID != "" {
		if !a.checkKeyID(at, c.keyID) {
			return
		}
		if !a.checkTemporary(at, c) {
			return
		}
	}
	if !a.checkSecret(at+".secret", c.secret) || !a.checkSecret(at+".token", c.token) {
		return
	}
	if c.token != "" && a.store.tokens[c.token] != nil {
		a.problem(at+".token", "is that of %s already", a.store.tokens[c.token].keyID)
		return
	}
	length := a.store.tokenLength
	if seed.TokenLength != 0 {
		if length = seed.TokenLength; length != tokenLength(length) || length > MaxTokenLength {
			a.problem(at+".tokenLength", "%d must be a multiple of 4 from %d to 1048576", length, MinTokenLength)
			return
		}
	}
	a.store.fill(c, acct.id, length)
	put(a, a.store.sessions, c.keyID, c)
	put(a, a.store.tokens, c.token, c)
	a.applied.Sessions = append(a.applied.Sessions, AppliedSession{
		At: at, AccountID: acct.id, RoleARN: c.principal.RoleARN, Name: c.principal.SessionName,
		Principal: c.principal.ARN,
		KeyID:     c.keyID, Secret: c.secret, Token: c.token, Expiration: c.expiration,
	})
}

// checkTemporary says what is wrong with the key id of a session. The published one is taken
// where its secret and its token are given with it: nothing is minted for it.
func (a *applier) checkTemporary(at string, c *session) bool {
	switch {
	case c.keyID == publishedKeyID && (c.secret == "" || c.token == ""):
		a.problem(at+".id", "%s is the key of published examples: give their secret and their token with it",
			c.keyID)
		return false
	case c.keyID != publishedKeyID && !strings.HasPrefix(c.keyID, prefixTemporary):
		a.problem(at+".id", "%s must start with ASIA: it is a temporary key", c.keyID)
		return false
	}
	return true
}

func (a *applier) sessionIdentity(at string, acct *account, seed SessionSeed, c *session) bool {
	switch {
	case (seed.Role == "") == (seed.User == ""):
		a.problem(at, "needs either role or user")
	case seed.User != "":
		u := acct.users[seed.User]
		if u == nil {
			a.problem(at+".user", "%q is no user of account %s", seed.User, acct.id)
			return false
		}
		c.identity, c.principal, c.userSession = u, u.principal(), true
		return true
	default:
		r := acct.roles[seed.Role]
		if r == nil {
			if r = a.store.role(seed.Role); r != nil && r.account != acct {
				r = nil
			}
		}
		if r == nil {
			a.problem(at+".role", "%q is no role of account %s", seed.Role, acct.id)
			return false
		}
		name := seed.Name
		if name == "" {
			name = a.store.sessionName()
		}
		if !isSessionName(name) {
			a.problem(at+".name", "%q must be 2 to 64 letters, digits or any of _=,.@-", name)
			return false
		}
		c.identity, c.principal = r, r.session(name)
		return true
	}
	return false
}

func (a *applier) expiration(at, in, on string) (time.Time, bool) {
	switch {
	case in != "" && on != "":
		a.problem(at, "has both expiresIn and expiration; give one")
		return time.Time{}, false
	case in != "":
		d, err := time.ParseDuration(in)
		if err != nil {
			a.problem(at+".expiresIn", "%q is no duration such as 1h or -5m", in)
			return time.Time{}, false
		}
		return a.now.Add(d), true
	case on != "":
		t, err := time.Parse(time.RFC3339, on)
		if err != nil {
			a.problem(at+".expiration", "%q is no time such as 2026-01-31T12:00:00Z", on)
		}
		return t, err == nil
	}
	return time.Time{}, true
}

func (a *applier) bedrockKey(at string, acct *account, seed BedrockKeySeed) {
	u := acct.users[seed.User]
	if u == nil {
		a.problem(at+".user", "%q is no user of account %s", seed.User, acct.id)
		return
	}
	status, ok := keyStatuses[strings.ToLower(seed.Status)]
	if !ok {
		a.problem(at+".status", "%q must be active, inactive or deleted", seed.Status)
		return
	}
	expiration, ok := a.expiration(at, seed.ExpiresIn, seed.Expiration)
	if !ok {
		return
	}
	if seed.Secret != "" && !strings.HasPrefix(seed.Secret, bearerPrefix) {
		a.problem(at+".secret", "must start with %s", bearerPrefix)
		return
	}
	if a.store.bearers[seed.Secret] != nil {
		a.problem(at+".secret", "exists already")
		return
	}
	c := a.store.newServiceCredential(u, seed.Secret)
	c.status, c.expiration, c.created = status, expiration, a.now
	put(a, a.store.bearers, c.secret, c)
	if status != KeyIsDeleted {
		set(a, &u.api, append(u.api[:len(u.api):len(u.api)], c))
	}
	applied := AppliedBedrockKey{At: at, AccountID: acct.id, User: u.name, ID: c.id, Secret: c.secret}
	if !expiration.IsZero() {
		applied.Expiration = &expiration
	}
	a.applied.BedrockAPIKeys = append(a.applied.BedrockAPIKeys, applied)
}
