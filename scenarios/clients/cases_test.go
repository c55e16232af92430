package clients_test

import (
	"maps"
	"strings"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// A case is a set of credentials, right or wrong in one way.
type credentialCase struct {
	Name            string `json:"name"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	SessionToken    string `json:"sessionToken,omitempty"`
}

const account = "123456789012"

// Keys of the account; the first characters of an id name its account.
const (
	userKey     = "AKIARZPUZDIKAAAAUSER"
	otherKey    = "AKIARZPUZDIKAAAOTHER"
	inactiveKey = "AKIARZPUZDIKAAIDLEKE"
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
			{Name: "idle", Allow: []string{"*"}, Keys: []iam.KeySeed{{ID: inactiveKey, Secret: secret(inactiveKey), Status: "inactive"}}},
			{Name: "powerless", Keys: key(powerlessID)},
		},
		Roles: []iam.RoleSeed{{Name: "job", TrustService: []string{"lambda.amazonaws.com"}, Allow: []string{"*"}}},
		Sessions: []iam.SessionSeed{
			{Role: "job", Name: "run-1", ID: sessionKey, Secret: secret(sessionKey), Token: token(sessionKey)},
			{Role: "job", Name: "run-0", ID: expiredKey, Secret: secret(expiredKey), Token: token(expiredKey), ExpiresIn: "-1h"},
		},
	}}},
}

// cases are the ways in which credentials go wrong.
var cases = []credentialCase{
	{"right", userKey, secret(userKey), ""},
	{"right, temporary", sessionKey, secret(sessionKey), token(sessionKey)},
	{"foreign token", userKey, secret(userKey), token(sessionKey)},
	{"garbage token", userKey, secret(userKey), "garbage"},
	{"missing token", sessionKey, secret(sessionKey), ""},
	{"expired token", expiredKey, secret(expiredKey), token(expiredKey)},
	{"unknown key", "AKIARZPUZDIKAANOSUCH", secret(userKey), ""},
	{"inactive key", inactiveKey, secret(inactiveKey), ""},
	{"wrong secret", userKey, secret(otherKey), ""},
	{"not allowed", powerlessID, secret(powerlessID), ""},
}

// answer is what a client is expected to show: status, code, and how its
// message begins. The expectations are written from what AWS answers, apart from
// the mock's own tables.
type answer struct {
	status  int
	code    string
	message string
}

const (
	tokenInvalid = "The security token included in the request is invalid"
	keyInvalid   = tokenInvalid + "."
	tokenExpired = "The security token included in the request is expired"
	mismatch     = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."
	denied       = "User: arn:aws:iam::123456789012:user/powerless is not authorized to perform: "
)

// family is how a group of services words its refusals.
type family map[string]answer

func coral(status int) family {
	return family{
		"foreign token": {status, "UnrecognizedClientException", tokenInvalid},
		"garbage token": {status, "UnrecognizedClientException", tokenInvalid},
		"missing token": {status, "UnrecognizedClientException", keyInvalid},
		"expired token": {status, "ExpiredTokenException", tokenExpired},
		"unknown key":   {status, "UnrecognizedClientException", keyInvalid},
		"inactive key":  {status, "UnrecognizedClientException", keyInvalid},
		"wrong secret":  {status, "InvalidSignatureException", mismatch},
		"not allowed":   {status, "AccessDeniedException", denied},
	}
}

var (
	restJSON = coral(403)
	jsonRPC  = coral(400)
	query    = family{
		"foreign token": {403, "InvalidClientTokenId", tokenInvalid},
		"garbage token": {403, "InvalidClientTokenId", tokenInvalid},
		"missing token": {403, "InvalidClientTokenId", keyInvalid},
		"expired token": {403, "ExpiredToken", tokenExpired},
		"unknown key":   {403, "InvalidClientTokenId", keyInvalid},
		"inactive key":  {403, "InvalidClientTokenId", keyInvalid},
		"wrong secret":  {403, "SignatureDoesNotMatch", mismatch},
		"not allowed":   {403, "AccessDenied", denied},
	}
	// SQS speaks JSON and names the code of its Query days in a header, which the
	// SDKs show.
	sqs = family{
		"foreign token": {403, "InvalidClientTokenId", tokenInvalid},
		"garbage token": {403, "InvalidClientTokenId", tokenInvalid},
		"missing token": {403, "InvalidClientTokenId", keyInvalid},
		"expired token": {403, "ExpiredToken", tokenExpired},
		"unknown key":   {403, "InvalidClientTokenId", keyInvalid},
		"inactive key":  {403, "InvalidClientTokenId", keyInvalid},
		"wrong secret":  {403, "SignatureDoesNotMatch", mismatch},
		"not allowed":   {403, "AccessDenied", denied},
	}
	s3 = family{
		"foreign token": {400, "InvalidToken", "The provided token is malformed or otherwise invalid."},
		"garbage token": {400, "InvalidToken", "The provided token is malformed or otherwise invalid."},
		"missing token": {403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."},
		"expired token": {400, "ExpiredToken", "The provided token has expired."},
		"unknown key":   {403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."},
		"inactive key":  {403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."},
		"wrong secret":  {403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method."},
		"not allowed":   {403, "AccessDenied", denied + "s3:ListAllMyBuckets"},
	}
)

// with is the family with another answer for a case.
func (f family) with(name string, a answer) family {
	out := maps.Clone(f)
	out[name] = a
	return out
}

// open is a family for a call that no policy can forbid.
func (f family) open() family { return f.with("not allowed", answer{status: 200}) }
