package secretsmanager_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

func TestSecretsManager(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := secretsmanager.NewFromConfig(w.Good())
	name := aws.String("app/db")
	created, err := client.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: name,
		SecretString: aws.String("one"), Description: aws.String("d")})
	if err != nil {
		t.Fatal(err)
	}
	value := func(in secretsmanager.GetSecretValueInput) string {
		t.Helper()
		out, err := client.GetSecretValue(ctx, &in)
		if err != nil {
			t.Fatal(err)
		}
		return *out.SecretString
	}
	partial := aws.String((*created.ARN)[:len(*created.ARN)-7])
	for _, id := range []*string{name, created.ARN, partial} {
		if got := value(secretsmanager.GetSecretValueInput{SecretId: id}); got != "one" {
			t.Errorf("%s: got %q", *id, got)
		}
	}
	if _, err := client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: name,
		SecretString: aws.String("two")}); err != nil {
		t.Fatal(err)
	}
	if got := value(secretsmanager.GetSecretValueInput{SecretId: name}); got != "two" {
		t.Errorf("current is %q", got)
	}
	if got := value(secretsmanager.GetSecretValueInput{SecretId: name,
		VersionStage: aws.String("AWSPREVIOUS")}); got != "one" {
		t.Errorf("previous is %q", got)
	}
	if got := value(secretsmanager.GetSecretValueInput{SecretId: name, VersionId: created.VersionId}); got != "one" {
		t.Errorf("first version is %q", got)
	}
	described, err := client.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: name})
	if err != nil || *described.Description != "d" || len(described.VersionIdsToStages) != 2 ||
		described.CreatedDate.IsZero() {
		t.Errorf("described %+v, %v", described, err)
	}
	_, err = client.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: name, SecretString: aws.String("x")})
	mocktest.WantError(t, err, "ResourceExistsException",
		"The operation failed because the secret app/db already exists.")
	_, err = client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("absent")})
	var absent *smtypes.ResourceNotFoundException
	if !errors.As(err, &absent) || absent.ErrorMessage() != "Secrets Manager can't find the specified secret." ||
		w.Last(t).Status != 400 {
		t.Errorf("got %v", err)
	}

	if _, err := client.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: name}); err != nil {
		t.Fatal(err)
	}
	_, err = client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: name})
	mocktest.WantError(t, err, "InvalidRequestException",
		"You can't perform this operation on the secret because it was marked for deletion.")
	list, err := client.ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
	if err != nil || len(list.SecretList) != 0 {
		t.Errorf("listed %v, %v", list, err)
	}
	if _, err := client.RestoreSecret(ctx, &secretsmanager.RestoreSecretInput{SecretId: name}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: name,
		ForceDeleteWithoutRecovery: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	_, err = client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: name})
	mocktest.WantError(t, err, "ResourceNotFoundException", "")
}

// The refusal of a secret that the caller may not read names its ARN;
// of a secret that is not there, the name that was asked for.
func TestSecretsManagerAuthorizesByARN(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	all := secretsmanager.NewFromConfig(w.Good())
	for _, name := range []string{"mine", "theirs"} {
		if _, err := all.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String(name),
			SecretString: aws.String(name)}); err != nil {
			t.Fatal(err)
		}
	}
	client := secretsmanager.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "reader", Policies: []iam.PolicySeed{{Document: `{
		"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue",
		"Resource": "arn:aws:secretsmanager:us-east-1:111122223333:secret:mine-??????"}}`}}}))
	if out, err := client.GetSecretValue(ctx,
		&secretsmanager.GetSecretValueInput{SecretId: aws.String("mine")}); err != nil || *out.SecretString != "mine" {
		t.Errorf("got %v, %v", out, err)
	}
	denied := "User: arn:aws:iam::111122223333:user/reader is not authorized to perform: " +
		"secretsmanager:GetSecretValue on resource: "
	because := " because no identity-based policy allows the secretsmanager:GetSecretValue action"
	_, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("theirs")})
	theirs, _ := all.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String("theirs")})
	mocktest.WantError(t, err, "AccessDeniedException", denied+*theirs.ARN+because)
	_, err = client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("absent")})
	mocktest.WantError(t, err, "AccessDeniedException", denied+"absent"+because)
}

// A secret under a key of the customer's own also needs kms:Decrypt.
func TestSecretUnderAKeyOfOnesOwn(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	_, err := secretsmanager.NewFromConfig(w.Good()).CreateSecret(ctx, &secretsmanager.CreateSecretInput{
		Name: aws.String("own"), SecretString: aws.String("x"),
		KmsKeyId: aws.String("1234abcd-12ab-34cd-56ef-1234567890ab")})
	if err != nil {
		t.Fatal(err)
	}
	get := &secretsmanager.GetSecretValueInput{SecretId: aws.String("own")}
	_, err = secretsmanager.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "without",
		Allow: []string{"secretsmanager:*"}})).GetSecretValue(ctx, get)
	mocktest.WantError(t, err, "AccessDeniedException", "Access to KMS is not allowed")
	_, err = secretsmanager.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "with", Allow: []string{"secretsmanager:*",
		"kms:Decrypt"}})).GetSecretValue(ctx, get)
	if err != nil {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "Secrets Manager", "json-1.1", func(ctx context.Context, c aws.Config) error {
		_, err := secretsmanager.NewFromConfig(c).ListSecrets(ctx, &secretsmanager.ListSecretsInput{})
		return err
	})
}
