package exchange

// Presented describes the credentials as the request carried them.
type Presented struct {
	// Scheme is "sigv4", "sigv4-query", "sigv4a", "sigv2", "sigv2-query", "sigv4-form", "sigv2-form", "bearer",
	// "web-identity", "password" or "none".
	Scheme string `json:"scheme"`
	KeyID  string `json:"keyId,omitempty"`
	// NotKeyID describes what stands in the key id's place and may be a secret;
	// KeyID is then empty.
	NotKeyID      *Opaque  `json:"notKeyId,omitempty"`
	ScopeDate     string   `json:"scopeDate,omitempty"`
	ScopeRegion   string   `json:"scopeRegion,omitempty"`
	ScopeService  string   `json:"scopeService,omitempty"`
	SignedHeaders []string `json:"signedHeaders,omitempty"`
	Token         *Opaque  `json:"token,omitempty"`
	Bearer        *Opaque  `json:"bearer,omitempty"`
	// IdentityToken describes an OpenID Connect token, verified or not, and
	// WebIdentity is whom a verified one stands for.
	IdentityToken *Opaque      `json:"identityToken,omitempty"`
	WebIdentity   *WebIdentity `json:"webIdentity,omitempty"`
	// TokenOwner is whose token it is, when the mock issued it: a principal's ARN.
	TokenOwner string `json:"tokenOwner,omitempty"`
	TokenKeyID string `json:"tokenKeyId,omitempty"`
	// KeyOwner is whose key it is, when the mock knows it.
	KeyOwner string `json:"keyOwner,omitempty"`
	// SecretOf names the key whose secret made the signature: the presented key
	// when all is well, another one when secrets were mixed up, "" when no known
	// secret made it. It is found out for refused requests too.
	SecretOf string `json:"secretOf,omitempty"`
}
