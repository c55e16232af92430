package mocktest

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

const (
	// Account is the account of the user; the platform's session is of another one.
	Account = "111122223333"
	// Model is the identifier of a model that Bedrock has.
	Model = "anthropic.claude-3-haiku-20240307-v1:0"
)

// World is a mock with a user and a platform's session, and an SDK
// configuration that calls it.
type World struct {
	*mockaws.Server
	// URL is where the mock listens, over plain HTTP.
	URL string
	// User is the key of the user "app", who may do everything.
	User iam.AppliedKey
	// Platform is the session of a role of another account, without permissions.
	Platform iam.AppliedSession
}

// New starts a mock that ends with the test. The user, "app", may do everything; the
// account has a bucket, "uploads"; the platform's session is of another account.
func New(t *testing.T) *World {
	t.Helper()
	s := mockaws.New()
	applied, err := s.Seed(mockaws.Seed{
		Seed: iam.Seed{Accounts: []iam.AccountSeed{
			{ID: Account, Users: []iam.UserSeed{{Name: "app", Allow: []string{"*"}, Keys: []iam.KeySeed{{}}}}},
			{ID: "999988887777",
				Roles:    []iam.RoleSeed{{Name: "platform", TrustService: []string{"lambda.amazonaws.com"}}},
				Sessions: []iam.SessionSeed{{Role: "platform", Name: "fn"}}},
		}},
		Buckets: []mockaws.BucketSeed{{Name: "uploads", Account: Account}},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := mockaws.Listen("127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &World{s, l.URL, applied.Keys[0], applied.Sessions[0]}
}

// Config is the SDK's configuration with these credentials; token is "" for a user's
// key. It does not retry.
func (w *World) Config(keyID, secret, token string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(w.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(keyID, secret, token),
	}
}

// Last is the journal's last exchange.
func (w *World) Last(t *testing.T) mockaws.Exchange {
	t.Helper()
	all := w.Journal().Since(0)
	if len(all) == 0 {
		t.Fatal("the journal is empty")
	}
	return all[len(all)-1]
}

// Good is the configuration with the user's key.
func (w *World) Good() aws.Config { return w.Config(w.User.KeyID, w.User.Secret, "") }

// UserWith adds a user with policies to the account and returns their config.
func (w *World) UserWith(t *testing.T, user iam.UserSeed) aws.Config {
	t.Helper()
	user.Keys = []iam.KeySeed{{}}
	applied,
		err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: Account,
		Users: []iam.UserSeed{user}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return w.Config(applied.Keys[0].KeyID, applied.Keys[0].Secret, "")
}

// WantError checks the code and, if it is given, the message of an API error.
func WantError(t *testing.T, err error, code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("want %s, got %v", code, err)
	}
	if api.ErrorCode() != code || message != "" && api.ErrorMessage() != message {
		t.Errorf("got %s: %q, want %s: %q", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}

// WithRoles adds a role for each service that may assume it, named after it.
func (w *World) WithRoles(t *testing.T, services ...string) {
	t.Helper()
	var roles []iam.RoleSeed
	for _, s := range services {
		roles = append(roles, iam.RoleSeed{Name: "for-" + s, TrustService: []string{s + ".amazonaws.com"}})
	}
	if _, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: Account,
		Roles: roles}}}}); err != nil {
		t.Fatal(err)
	}
}

// RoleARN is the ARN of a role of the account.
func RoleARN(name string) *string { return aws.String("arn:aws:iam::" + Account + ":role/" + name) }

// Anonymous is the SDK's configuration without credentials: the operation takes
// no signature.
func (w *World) Anonymous() aws.Config {
	cfg := w.Config("", "", "")
	cfg.Credentials = aws.AnonymousCredentials{}
	return cfg
}
