package s3_test

import (
	"strings"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

const (
	account = "123456789012"
	bucket  = "uploads-of-hostproof"
	// european is a bucket of another region than the one that clients are told.
	european = "europe-of-hostproof"
)

// Keys of the account; the first characters of an id name its account.
const (
	userKey     = "AKIARZPUZDIKAAAAUSER"
	otherKey    = "AKIARZPUZDIKAAAOTHER"
	inactiveKey = "AKIARZPUZDIKAAIDLEKE"
	powerlessID = "AKIARZPUZDIKAAANOONE"
	sessionKey  = "ASIARZPUZDIKAAASESSN"
	expiredKey  = "ASIARZPUZDIKAAEXPIRD"
)

func secret(key string) string { return (key + key)[:40] }

// token stands for one that AWS issued; the mock knows it because it is seeded.
func token(key string) string { return "IQoJb3JpZ2luX2Vj" + strings.Repeat(key, 20) }

func user(name, key, status string, allow ...string) iam.UserSeed {
	return iam.UserSeed{Name: name, Allow: allow, Keys: []iam.KeySeed{{ID: key, Secret: secret(key), Status: status}}}
}

func session(name, key, expiresIn string) iam.SessionSeed {
	return iam.SessionSeed{Role: "job", Name: name, ID: key, Secret: secret(key), Token: token(key),
		ExpiresIn: expiresIn}
}

var seed = mockaws.Seed{
	Seed: iam.Seed{Accounts: []iam.AccountSeed{{
		ID: account,
		Users: []iam.UserSeed{
			user("user", userKey, "", "s3:*"), user("other", otherKey, "", "s3:*"),
			user("idle", inactiveKey, "inactive", "s3:*"), user("powerless", powerlessID, ""),
		},
		Roles: []iam.RoleSeed{{Name: "job", TrustService: []string{"lambda.amazonaws.com"},
			Allow: []string{"s3:*"}}},
		Sessions: []iam.SessionSeed{session("run-1", sessionKey, ""), session("run-0", expiredKey, "-1h")},
	}}},
	Buckets: []mockaws.BucketSeed{{Name: bucket, Account: account}, {Name: european, Account: account,
		Region: "eu-central-1"}},
}

// given are credentials, right or wrong in one way, and what S3 answers to each
// call with them: written from what AWS answers, apart from the mock's tables.
type given struct {
	name, keyID, secret, token string
	status                     int // 0: accepted
	code, message              string
}

const noSuchKey = "The AWS Access Key Id you provided does not exist in our records."

var credentials = []given{
	{"right", userKey, secret(userKey), "", 0, "", ""},
	{"right, temporary", sessionKey, secret(sessionKey), token(sessionKey), 0, "", ""},
	{"foreign token", userKey, secret(userKey), token(sessionKey), 400, "InvalidToken",
		"The provided token is malformed or otherwise invalid."},
	{"garbage token", userKey, secret(userKey), "garbage", 400, "InvalidToken",
		"The provided token is malformed or otherwise invalid."},
	{"missing token", sessionKey, secret(sessionKey), "", 403, "InvalidAccessKeyId", noSuchKey},
	{"expired token", expiredKey, secret(expiredKey), token(expiredKey), 400, "ExpiredToken",
		"The provided token has expired."},
	{"unknown key", "AKIARZPUZDIKAANOSUCH", secret(userKey), "", 403, "InvalidAccessKeyId", noSuchKey},
	{"inactive key", inactiveKey, secret(inactiveKey), "", 403, "InvalidAccessKeyId", noSuchKey},
	{"wrong secret", userKey, secret(otherKey), "", 403, "SignatureDoesNotMatch",
		"The request signature we calculated does not match the signature you provided. Check your key and " +
			"signing method."},
	{"not allowed", powerlessID, secret(powerlessID), "", 403, "AccessDenied",
		"User: arn:aws:iam::123456789012:user/powerless is not authorized to perform: s3:"},
}

// options deploy a program to a laptop that has these credentials in its
// environment.
func (g given) options(more ...harness.Option) []harness.Option {
	opts := []harness.Option{
		harness.Seed(seed), harness.Set("AWS_REGION", "us-east-1"), harness.Set("AWS_DEFAULT_REGION", "us-east-1"),
		harness.Set("AWS_MAX_ATTEMPTS", "1"),
		harness.Set("AWS_ACCESS_KEY_ID", g.keyID), harness.Set("AWS_SECRET_ACCESS_KEY", g.secret),
		harness.Set("BUCKET", bucket),
	}
	if g.token != "" {
		opts = append(opts, harness.Set("AWS_SESSION_TOKEN", g.token))
	}
	return append(opts, more...)
}
