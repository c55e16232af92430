package iam

import (
	"encoding/json"
	"fmt"
	"time"
)

// Seed is what a Store starts with. Its keys are the same in YAML and JSON.
//
// Wherever a policy document is wanted, it may be given as an object or as a
// string of JSON.
type Seed struct {
	Accounts []AccountSeed `yaml:"accounts" json:"accounts"`
}

// AccountSeed is an account, or what is added to one that exists.
type AccountSeed struct {
	ID    string     `yaml:"id" json:"id"` // 12 digits
	Alias string     `yaml:"alias,omitempty" json:"alias,omitempty"`
	Users []UserSeed `yaml:"users,omitempty" json:"users,omitempty"`
	Roles []RoleSeed `yaml:"roles,omitempty" json:"roles,omitempty"`
	// Policies are managed policies, which users and roles attach by name or ARN.
	Policies []PolicySeed `yaml:"policies,omitempty" json:"policies,omitempty"`
	// Sessions are temporary credentials that exist from the start.
	Sessions      []SessionSeed      `yaml:"sessions,omitempty" json:"sessions,omitempty"`
	OIDCProviders []OIDCProviderSeed `yaml:"oidcProviders,omitempty" json:"oidcProviders,omitempty"`
	// BedrockAPIKeys are long-term Bedrock API keys of users.
	BedrockAPIKeys []BedrockKeySeed `yaml:"bedrockApiKeys,omitempty" json:"bedrockApiKeys,omitempty"`
	// RootKeys are access keys of the root user.
	RootKeys []KeySeed `yaml:"rootKeys,omitempty" json:"rootKeys,omitempty"`
	// ServiceControlPolicies and ResourceControlPolicies are those that apply to
	// the account. A service control policy can name its level, such as root, an
	// organizational unit or account: each level must allow a call. As long as no policy
	// of a level has an Allow, AWS's FullAWSAccess is attached there in addition.
	ServiceControlPolicies  []PolicySeed `yaml:"serviceControlPolicies,omitempty" json:"serviceControlPolicies,omitempty"`
	ResourceControlPolicies []PolicySeed `yaml:"resourceControlPolicies,omitempty" json:"resourceControlPolicies,omitempty"`
	// OutboundFederation lets the account's principals have tokens of
	// sts:GetWebIdentityToken, as after iam:EnableOutboundWebIdentityFederation.
	OutboundFederation bool `yaml:"outboundFederation,omitempty" json:"outboundFederation,omitempty"`
}

// UserSeed is an IAM user.
type UserSeed struct {
	Name string    `yaml:"name" json:"name"`
	Path string    `yaml:"path,omitempty" json:"path,omitempty"` // "/" by default
	Keys []KeySeed `yaml:"keys,omitempty" json:"keys,omitempty"`
	// Policies are inline policies: documents, or {name, document}.
	Policies []PolicySeed `yaml:"policies,omitempty" json:"policies,omitempty"`
	// ManagedPolicies are names or ARNs of policies of the account, or
	// arn:aws:iam::aws:policy/AdministratorAccess.
	ManagedPolicies []string `yaml:"managedPolicies,omitempty" json:"managedPolicies,omitempty"`
	// Allow and Deny are actions, on every resource.
	Allow []string `yaml:"allow,omitempty" json:"allow,omitempty"`
	Deny  []string `yaml:"deny,omitempty" json:"deny,omitempty"`
	// Boundary is the permissions boundary: a document, or the name or ARN of a
	// managed policy.
	Boundary   any               `yaml:"boundary,omitempty" json:"boundary,omitempty"`
	Tags       map[string]string `yaml:"tags,omitempty" json:"tags,omitempty"`
	MFADevices []MFADeviceSeed   `yaml:"mfaDevices,omitempty" json:"mfaDevices,omitempty"`
}

// KeySeed is a long-term access key. An id or secret that is not given is
// minted.
type KeySeed struct {
	ID     string `yaml:"id,omitempty" json:"id,omitempty"`
	Secret string `yaml:"secret,omitempty" json:"secret,omitempty"`
	Status string `yaml:"status,omitempty" json:"status,omitempty"` // active (the default), inactive or deleted
}

// String leaves the secret out.
func (k KeySeed) String() string { return "key " + k.ID }

// GoString leaves the secret out.
func (k KeySeed) GoString() string { return k.String() }

// MFADeviceSeed is a device that shows the same codes forever.
type MFADeviceSeed struct {
	Serial string   `yaml:"serial" json:"serial"` // arn:aws:iam::123456789012:mfa/name
	Codes  []string `yaml:"codes" json:"codes"`   // six digits each
}

// BedrockKeySeed is a long-term Bedrock API key of a user; a secret that is not
// given is minted.
type BedrockKeySeed struct {
	User   string `yaml:"user" json:"user"`
	Secret string `yaml:"secret,omitempty" json:"secret,omitempty"` // ABSK...
	Status string `yaml:"status,omitempty" json:"status,omitempty"`
	// "720h", negative for one that has expired
	ExpiresIn  string `yaml:"expiresIn,omitempty" json:"expiresIn,omitempty"`
	Expiration string `yaml:"expiration,omitempty" json:"expiration,omitempty"` // RFC 3339
}

// String leaves the secret out.
func (k BedrockKeySeed) String() string { return "Bedrock API key" }

// GoString leaves the secret out.
func (k BedrockKeySeed) GoString() string { return k.String() }

// RoleSeed is an IAM role.
type RoleSeed struct {
	Name string `yaml:"name" json:"name"`
	Path string `yaml:"path,omitempty" json:"path,omitempty"` // "/" by default
	// Trust is the trust policy; TrustService stands for one that lets AWS
	// services assume the role. One of the two is required.
	Trust        any      `yaml:"trust,omitempty" json:"trust,omitempty"`
	TrustService []string `yaml:"trustService,omitempty" json:"trustService,omitempty"`
	// Policies are inline policies: documents, or {name, document}.
	Policies []PolicySeed `yaml:"policies,omitempty" json:"policies,omitempty"`
	// ManagedPolicies are names or ARNs of policies of the account, or
	// arn:aws:iam::aws:policy/AdministratorAccess.
	ManagedPolicies []string `yaml:"managedPolicies,omitempty" json:"managedPolicies,omitempty"`
	// Allow and Deny are actions, on every resource.
	Allow []string `yaml:"allow,omitempty" json:"allow,omitempty"`
	Deny  []string `yaml:"deny,omitempty" json:"deny,omitempty"`
	// Boundary is the permissions boundary: a document, or the name or ARN of a
	// managed policy.
	Boundary any `yaml:"boundary,omitempty" json:"boundary,omitempty"`
	// seconds, 3600 (the default) to 43200
	MaxSessionDuration int               `yaml:"maxSessionDuration,omitempty" json:"maxSessionDuration,omitempty"`
	Tags               map[string]string `yaml:"tags,omitempty" json:"tags,omitempty"`
	Description        string            `yaml:"description,omitempty" json:"description,omitempty"`
}

// SessionSeed is a set of temporary credentials. What is not given is minted.
type SessionSeed struct {
	Role string `yaml:"role,omitempty" json:"role,omitempty"` // name or ARN of a role of the account
	User string `yaml:"user,omitempty" json:"user,omitempty"` // instead of Role: a session as of GetSessionToken
	Name string `yaml:"name,omitempty" json:"name,omitempty"` // role session name

	// ID, Secret and Token are taken as they are: a key id of 16 to 128 letters and digits
	// that begins with ASIA, or AKIDEXAMPLE with the secret and the token that were
	// published with it; both others printable ASCII without spaces.
	ID     string `yaml:"id,omitempty" json:"id,omitempty"`
	Secret string `yaml:"secret,omitempty" json:"secret,omitempty"`
	Token  string `yaml:"token,omitempty" json:"token,omitempty"`
	// TokenLength of a minted token, in characters.
	TokenLength int `yaml:"tokenLength,omitempty" json:"tokenLength,omitempty"`

	// "1h" (the default); negative for one that has expired
	ExpiresIn     string            `yaml:"expiresIn,omitempty" json:"expiresIn,omitempty"`
	Expiration    string            `yaml:"expiration,omitempty" json:"expiration,omitempty"` // RFC 3339
	SessionPolicy any               `yaml:"sessionPolicy,omitempty" json:"sessionPolicy,omitempty"`
	Tags          map[string]string `yaml:"tags,omitempty" json:"tags,omitempty"`

	// Service is the service of AWS that makes the session, such as pods.eks.amazonaws.com:
	// the role's trust policy is asked whether it may, and whether it may pass the tags,
	// which are transitive then. Empty for a session that is simply there.
	Service string `yaml:"service,omitempty" json:"service,omitempty"`
	// Through is a role that Service assumes first, to assume Role with it: the name of one of
	// the account, or an ARN.
	Through string `yaml:"through,omitempty" json:"through,omitempty"`
	// ExternalID is what Service gives as sts:ExternalId.
	ExternalID string `yaml:"externalId,omitempty" json:"externalId,omitempty"`
}

// String leaves secret and token out.
func (s SessionSeed) String() string { return "session " + s.Name + " of " + s.Role + s.User }

// GoString leaves secret and token out.
func (s SessionSeed) GoString() string { return s.String() }

// OIDCProviderSeed is an OpenID Connect provider that the account trusts.
type OIDCProviderSeed struct {
	URL       string   `yaml:"url" json:"url"` // https://issuer
	ClientIDs []string `yaml:"clientIds" json:"clientIds"`
}

// PolicySeed is a policy with a name or ARN, or a bare policy document.
type PolicySeed struct {
	Name string `json:"name,omitempty"`
	Path string `json:"path,omitempty"`
	ARN  string `json:"arn,omitempty"`
	// Level is where in the organization a service control policy is attached; policies
	// without one are of one level.
	Level    string `json:"level,omitempty"`
	Document any    `json:"document"`
}

// UnmarshalYAML takes {name, path, arn, level, document} or a document. Its form is
// that which both gopkg.in/yaml.v3 and github.com/goccy/go-yaml call.
func (p *PolicySeed) UnmarshalYAML(unmarshal func(any) error) error {
	var v any
	if err := unmarshal(&v); err != nil {
		return err
	}
	return p.set(v)
}

// UnmarshalJSON takes {name, path, arn, level, document} or a document.
func (p *PolicySeed) UnmarshalJSON(data []byte) error {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	return p.set(v)
}

func (p *PolicySeed) set(v any) error {
	m, ok := object(v)
	if !ok || m["document"] == nil {
		p.Document = v
		return nil
	}
	for _, k := range sortedKeys(m) {
		switch k {
		case "name":
			p.Name = scalar(m[k])
		case "path":
			p.Path = scalar(m[k])
		case "arn":
			p.ARN = scalar(m[k])
		case "level":
			p.Level = scalar(m[k])
		case "document":
			p.Document = m[k]
		default:
			return fmt.Errorf("a policy has no field %q; it has name, path, arn, level and document", k)
		}
	}
	return nil
}

// Applied lists what a Seed made, with the credentials, which its JSON shows and
// its String does not.
type Applied struct {
	Keys           []AppliedKey        `json:"keys"`
	Sessions       []AppliedSession    `json:"sessions"`
	BedrockAPIKeys []AppliedBedrockKey `json:"bedrockApiKeys,omitempty"`
}

// AppliedKey is a long-term access key. At is its path in the seed.
type AppliedKey struct {
	At        string    `json:"at"` // accounts[0].users[1].keys[0]
	AccountID string    `json:"accountId"`
	User      string    `json:"user,omitempty"` // "" for root
	Principal string    `json:"principal"`
	KeyID     string    `json:"keyId"`
	Secret    string    `json:"secret"`
	Status    KeyStatus `json:"status"`
}

// AppliedSession is a set of temporary credentials. At is its path in the seed.
type AppliedSession struct {
	At         string    `json:"at"` // accounts[0].sessions[0]
	AccountID  string    `json:"accountId"`
	RoleARN    string    `json:"roleArn,omitempty"`
	Name       string    `json:"name,omitempty"`
	Principal  string    `json:"principal"`
	KeyID      string    `json:"keyId"`
	Secret     string    `json:"secret"`
	Token      string    `json:"token"`
	Expiration time.Time `json:"expiration"`
	// Refused says why the role does not trust the Service of the seed; there are no
	// credentials then.
	Refused string `json:"refused,omitempty"`
}

// AppliedBedrockKey is a long-term Bedrock API key.
type AppliedBedrockKey struct {
	At         string     `json:"at"` // accounts[0].bedrockApiKeys[0]
	AccountID  string     `json:"accountId"`
	User       string     `json:"user"`
	ID         string     `json:"id"` // ACCA...
	Secret     string     `json:"secret"`
	Expiration *time.Time `json:"expiration,omitempty"`
}

// String leaves the secret out.
func (k AppliedKey) String() string { return k.KeyID + " (" + k.Principal + ")" }

// GoString leaves the secret out.
func (k AppliedKey) GoString() string { return k.String() }

// String leaves secret and token out.
func (k AppliedSession) String() string { return k.KeyID + " (" + k.Principal + ")" }

// GoString leaves secret and token out.
func (k AppliedSession) GoString() string { return k.String() }

// String leaves the secret out.
func (k AppliedBedrockKey) String() string { return k.ID + " (Bedrock API key of " + k.User + ")" }

// GoString leaves the secret out.
func (k AppliedBedrockKey) GoString() string { return k.String() }
