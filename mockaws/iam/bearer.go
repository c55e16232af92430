package iam

import "encoding/base64"

// bearerPrefix starts a long-term Bedrock API key.
const bearerPrefix = "ABSK"

// newServiceCredential makes a long-term Bedrock API key: ABSK and the base64 of
// a user name and a password.
func (s *Store) newServiceCredential(u *identity, secret string) *serviceCredential {
	c := &serviceCredential{id: s.mint.uniqueID(prefixServiceSpecific, u.account.id), user: u, status: KeyIsActive, secret: secret}
	c.userName = u.name + "-at-" + u.account.id
	for c.secret == "" || s.bearers[c.secret] != nil {
		c.secret = bearerPrefix + base64.StdEncoding.EncodeToString([]byte(c.userName+":"+s.mint.secret()))
	}
	return c
}
