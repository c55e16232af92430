package mockaws_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

const (
	mfaSerial = "arn:aws:iam::111122223333:mfa/app"
	deployARN = "arn:aws:iam::111122223333:role/team/deploy"
	strictARN = "arn:aws:iam::111122223333:role/strict"
)

// trust is a policy document of one statement that lets an account's principals
// do these actions under a condition.
func trust(action, condition string) string {
	doc := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "` + account + `"}, "Action": ` + action
	if condition != "" {
		doc += `, "Condition": ` + condition
	}
	return doc + `}]}`
}

// roles adds roles to assume, and a user with a device for MFA.
func (w *world) roles(t *testing.T) (withMFA aws.Config, rootKey iam.AppliedKey) {
	t.Helper()
	applied, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{
		ID: account,
		Users: []iam.UserSeed{{Name: "person", Allow: []string{"sts:*"}, Keys: []iam.KeySeed{{}},
			MFADevices: []iam.MFADeviceSeed{{Serial: mfaSerial, Codes: []string{"123456"}}}}},
		Roles: []iam.RoleSeed{
			{Name: "deploy", Path: "/team/", MaxSessionDuration: 7200, Allow: []string{"*"},
				Trust: trust(`["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]`, "")},
			{Name: "strict", Trust: trust(`"sts:AssumeRole"`, `{"StringEquals": {"sts:ExternalId": "vendor-42"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}}`)},
			{Name: "closed", TrustService: []string{"lambda.amazonaws.com"}},
		},
		RootKeys: []iam.KeySeed{{}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range applied.Keys {
		if k.User == "" {
			rootKey = k
		} else {
			withMFA = w.config(k.KeyID, k.Secret, "")
		}
	}
	return withMFA, rootKey
}

// as is the SDK's configuration with credentials that STS issued.
func (w *world) as(c *ststypes.Credentials) aws.Config {
	return w.config(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func TestAssumeRole(t *testing.T) {
	w := newWorld(t)
	person, _ := w.roles(t)
	ctx := t.Context()
	out, err := sts.NewFromConfig(person).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String(deployARN), RoleSessionName: aws.String("job-1"), DurationSeconds: aws.Int32(7200), SourceIdentity: aws.String("Alice"),
		Tags: []ststypes.Tag{{Key: aws.String("team"), Value: aws.String("web")}}, TransitiveTagKeys: []string{"team"},
		Policy: aws.String(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *out.AssumedRoleUser.Arn, "arn:aws:sts::111122223333:assumed-role/deploy/job-1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !strings.HasPrefix(*out.AssumedRoleUser.AssumedRoleId, "AROA") || !strings.HasSuffix(*out.AssumedRoleUser.AssumedRoleId, ":job-1") || *out.SourceIdentity != "Alice" || *out.PackedPolicySize == 0 {
		t.Errorf("got %s, source identity %s, %d%% packed", *out.AssumedRoleUser.AssumedRoleId, *out.SourceIdentity, *out.PackedPolicySize)
	}
	if left := time.Until(*out.Credentials.Expiration); left < 119*time.Minute || left > 121*time.Minute {
		t.Errorf("the session ends in %s, want 2h", left)
	}
	me, err := sts.NewFromConfig(w.as(out.Credentials)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *me.Arn != *out.AssumedRoleUser.Arn || *me.UserId != *out.AssumedRoleUser.AssumedRoleId {
		t.Errorf("the session is %v, %v", me, err)
	}
	_, err = sts.NewFromConfig(w.as(out.Credentials)).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String(deployARN), RoleSessionName: aws.String("chained"), DurationSeconds: aws.Int32(3601)})
	wantError(t, err, "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	if e := w.last(t); e.Status != 400 {
		t.Errorf("exchange: %s", &e)
	}
}

// The SDK's own provider caches what it assumed and assumes again when it ends.
func TestAssumeRoleProvider(t *testing.T) {
	w := newWorld(t)
	person, _ := w.roles(t)
	cfg := person.Copy()
	cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(person), strictARN, func(o *stscreds.AssumeRoleOptions) {
		o.ExternalID, o.SerialNumber = aws.String("vendor-42"), aws.String(mfaSerial)
		o.TokenProvider = func() (string, error) { return "123456", nil }
	}))
	me, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || !strings.HasPrefix(*me.Arn, "arn:aws:sts::111122223333:assumed-role/strict/") {
		t.Errorf("got %v, %v", me, err)
	}
}
