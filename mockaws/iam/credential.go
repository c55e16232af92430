package iam

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// Credential is a key that was looked up or just issued. Printing, logging or
// marshalling it never shows its secret or token; read the fields to hand them
// out.
type Credential struct {
	KeyID     string
	Secret    string
	Token     string // "" for a long-term key
	Principal Principal
	// Issued is when the key was created.
	Issued time.Time
	// Expiration is zero for a long-term key.
	Expiration time.Time
	// SourceIdentity is what the session was given by sts:AssumeRole.
	SourceIdentity string
	// TokenUtilization is how much of MaxSessionToken the token takes, in percent.
	TokenUtilization int
	// Packed says whether session policies or tags add to the token.
	Packed bool

	key     *accessKey
	session *session
	bearer  *serviceCredential
}

// Temporary reports whether the credential is a session's.
func (c *Credential) Temporary() bool { return c.session != nil }

// String names key and principal.
func (c Credential) String() string {
	if c.KeyID == "" {
		return "no key (" + c.Principal.ARN + ")"
	}
	return c.KeyID + " (" + c.Principal.ARN + ")"
}

// GoString is String, so that %#v shows no secret either.
func (c Credential) GoString() string { return fmt.Sprintf("iam.Credential{%s}", c.String()) }

// LogValue is for log/slog.
func (c Credential) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON writes everything but secret and token.
func (c Credential) MarshalJSON() ([]byte, error) {
	v := struct {
		KeyID       string     `json:"keyId,omitempty"`
		TokenLength int        `json:"tokenLength,omitempty"`
		Principal   Principal  `json:"principal"`
		Issued      *time.Time `json:"issued,omitempty"`
		Expiration  *time.Time `json:"expiration,omitempty"`
	}{KeyID: c.KeyID, TokenLength: len(c.Token), Principal: c.Principal}
	if !c.Issued.IsZero() {
		v.Issued = &c.Issued
	}
	if !c.Expiration.IsZero() {
		v.Expiration = &c.Expiration
	}
	return json.Marshal(v)
}

func (k *accessKey) credential() *Credential {
	return &Credential{KeyID: k.id, Secret: k.secret, Principal: k.principal(), Issued: k.created, key: k}
}

func (x *session) credential() *Credential {
	return &Credential{
		KeyID: x.keyID, Secret: x.secret, Token: x.token, Principal: x.principal,
		Issued: x.issued, Expiration: x.expiration, SourceIdentity: x.sourceIdentity,
		TokenUtilization: x.utilization(), Packed: x.packedBytes() > 0, session: x,
	}
}
