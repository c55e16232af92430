package clients_test

import (
	"strings"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// A case is a set of credentials, right or wrong in one way.
type credentialCase struct {
	Name            string         `json:"name"`
	AccessKeyID     string         `json:"accessKeyId,omitempty"` // none: the client looks for itself
	SecretAccessKey string         `json:"secretAccessKey,omitempty"`
	SessionToken    string         `json:"sessionToken,omitempty"`
	Bearer          string         `json:"bearer,omitempty"`      // a Bedrock API key
	Unsigned        bool           `json:"unsigned,omitempty"`    // the client does not sign
	ClockOffset     int            `json:"clockOffset,omitempty"` // of the client, in seconds
	Reason          verdict.Reason `json:"-"`                     // that the judge gives
	// the case that is answered in the same way, "" for itself
	Like string `json:"-"`
}

// none: the client has to look for credentials itself.
func (c credentialCase) none() bool { return c.AccessKeyID == "" && c.Bearer == "" }

const account = "123456789012"

// Keys of the account; the first characters of an id name its account.
const (
	userKey     = "AKIARZPUZDIKAAAAUSER"
	otherKey    = "AKIARZPUZDIKAAAOTHER"
	inactiveKey = "AKIARZPUZDIKAAIDLEKE"
	deletedKey  = "AKIARZPUZDIKAAADONED"
	powerlessID = "AKIARZPUZDIKAAANOONE"
	sessionKey  = "ASIARZPUZDIKAAASESSN"
	expiredKey  = "ASIARZPUZDIKAAEXPIRD"
)

// secret makes a secret of 40 characters, another for each key.
func secret(key string) string { return (key + key)[:40] }

// token stands for one that AWS issued; the mock knows it because it is seeded.
func token(key string) string { return "IQoJb3JpZ2luX2Vj" + strings.Repeat(key, 20) }

func key(id string) []iam.KeySeed { return []iam.KeySeed{{ID: id, Secret: secret(id)}} }

var seed = mockaws.Seed{
	Seed: iam.Seed{Accounts: []iam.AccountSeed{{
		ID: account,
		Users: []iam.UserSeed{
			{Name: "user", Allow: []string{"*"}, Keys: key(userKey)},
			{Name: "other", Allow: []string{"*"}, Keys: key(otherKey)},
			{Name: "idle", Allow: []string{"*"}, Keys: []iam.KeySeed{
				{ID: inactiveKey, Secret: secret(inactiveKey), Status: "inactive"},
				{ID: deletedKey, Secret: secret(deletedKey), Status: "deleted"},
			}},
			{Name: "caller", Allow: []string{"bedrock:CallWithBearerToken"}},
			{Name: "powerless", Keys: key(powerlessID)},
		},
		BedrockAPIKeys: []iam.BedrockKeySeed{
			{User: "user", Secret: apiKey("user")}, {User: "other", Secret: apiKey("other"), ExpiresIn: "-1h"},
			{User: "idle", Secret: apiKey("idle"), Status: "inactive"},
			{User: "powerless", Secret: apiKey("powerless")},
			{User: "caller", Secret: apiKey("caller")},
		},
		Roles: []iam.RoleSeed{{Name: "job", TrustService: []string{"lambda.amazonaws.com"}, Allow: []string{"*"}}},
		Sessions: []iam.SessionSeed{
			{Role: "job", Name: "run-1", ID: sessionKey, Secret: secret(sessionKey), Token: token(sessionKey)},
			{Role: "job", Name: "run-0", ID: expiredKey, Secret: secret(expiredKey), Token: token(expiredKey),
				ExpiresIn: "-1h"},
		},
	}}},
}

// cases are the ways in which credentials go wrong. "no credentials" never
// leaves the client.
var cases = []credentialCase{
	{Name: "right", AccessKeyID: userKey, SecretAccessKey: secret(userKey)},
	{Name: "right, temporary", AccessKeyID: sessionKey, SecretAccessKey: secret(sessionKey),
		SessionToken: token(sessionKey)},
	{Name: "foreign token", AccessKeyID: userKey, SecretAccessKey: secret(userKey), SessionToken: token(sessionKey),
		Reason: verdict.TokenForOtherKey},
	{Name: "garbage token", AccessKeyID: userKey, SecretAccessKey: secret(userKey), SessionToken: "garbage",
		Reason: verdict.TokenMalformed},
	{Name: "missing token", AccessKeyID: sessionKey, SecretAccessKey: secret(sessionKey), Reason: verdict.TokenMissing},
	{Name: "expired token", AccessKeyID: expiredKey, SecretAccessKey: secret(expiredKey),
		SessionToken: token(expiredKey), Reason: verdict.TokenExpired},
	{Name: "unknown key", AccessKeyID: "AKIARZPUZDIKAANOSUCH", SecretAccessKey: secret(userKey),
		Reason: verdict.KeyUnknown},
	{Name: "inactive key", AccessKeyID: inactiveKey, SecretAccessKey: secret(inactiveKey), Reason: verdict.KeyInactive},
	{Name: "deleted key", AccessKeyID: deletedKey, SecretAccessKey: secret(deletedKey), Reason: verdict.KeyDeleted,
		Like: "inactive key"},
	{Name: "wrong secret", AccessKeyID: userKey, SecretAccessKey: secret(otherKey), Reason: verdict.SignatureMismatch},
	{Name: "not allowed", AccessKeyID: powerlessID, SecretAccessKey: secret(powerlessID), Reason: verdict.Denied},
	{Name: "slow clock", AccessKeyID: userKey, SecretAccessKey: secret(userKey), ClockOffset: -3600,
		Reason: verdict.SignatureExpired},
	{Name: "fast clock", AccessKeyID: userKey, SecretAccessKey: secret(userKey), ClockOffset: 3600,
		Reason: verdict.SignatureNotYetCurrent},
	{Name: "unsigned", AccessKeyID: userKey, SecretAccessKey: secret(userKey), Unsigned: true,
		Reason: verdict.MissingAuthentication},
	{Name: "no credentials"},
}
