package iam_test

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The life of a user's key: made, allowed, used, deactivated, deleted. Each
// change holds for the very next request.
func TestIAMChangesTakeEffectAtOnce(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := sdkiam.NewFromConfig(w.Good())
	name := aws.String("alice")
	if _, err := client.CreateUser(ctx, &sdkiam.CreateUserInput{UserName: name,
		Path: aws.String("/team/")}); err != nil {
		t.Fatal(err)
	}
	created, err := client.CreateAccessKey(ctx, &sdkiam.CreateAccessKeyInput{UserName: name})
	if err != nil {
		t.Fatal(err)
	}
	key := created.AccessKey
	alice := w.Config(*key.AccessKeyId, *key.SecretAccessKey, "")
	who, err := sts.NewFromConfig(alice).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *who.Arn != "arn:aws:iam::111122223333:user/team/alice" {
		t.Fatalf("the new key: %v, %v", who, err)
	}

	list := func() error {
		_, err := s3.NewFromConfig(alice).ListBuckets(ctx, &s3.ListBucketsInput{})
		return err
	}
	mocktest.WantError(t, list(), "AccessDenied", "")
	policy := &sdkiam.PutUserPolicyInput{UserName: name, PolicyName: aws.String("s3"),
		PolicyDocument: aws.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)}
	if _, err := client.PutUserPolicy(ctx, policy); err != nil {
		t.Fatal(err)
	}
	if err := list(); err != nil {
		t.Errorf("with a policy: %v", err)
	}
	used, err := client.GetAccessKeyLastUsed(ctx, &sdkiam.GetAccessKeyLastUsedInput{AccessKeyId: key.AccessKeyId})
	if err != nil || *used.UserName != "alice" || *used.AccessKeyLastUsed.ServiceName != "s3" ||
		*used.AccessKeyLastUsed.Region != "us-east-1" || used.AccessKeyLastUsed.LastUsedDate == nil {
		t.Errorf("last used: %+v, %v", used, err)
	}
	setStatus := func(status types.StatusType) {
		t.Helper()
		if _, err := client.UpdateAccessKey(ctx, &sdkiam.UpdateAccessKeyInput{UserName: name,
			AccessKeyId: key.AccessKeyId, Status: status}); err != nil {
			t.Fatal(err)
		}
	}
	setStatus(types.StatusTypeInactive)
	mocktest.WantError(t, list(), "InvalidAccessKeyId",
		"The AWS Access Key Id you provided does not exist in our records.")
	if e := w.Last(t); e.Verdict.Refusal.Reason != verdict.KeyInactive {
		t.Errorf("exchange: %s", &e)
	}
	setStatus(types.StatusTypeActive)
	if err := list(); err != nil {
		t.Errorf("active again: %v", err)
	}
	_, err = client.DeleteUser(ctx, &sdkiam.DeleteUserInput{UserName: name})
	mocktest.WantError(t, err, "DeleteConflict", "Cannot delete entity, must delete access keys first.")
	if e := w.Last(t); e.Status != 409 {
		t.Errorf("exchange: %s", &e)
	}
	if _, err := client.DeleteAccessKey(ctx, &sdkiam.DeleteAccessKeyInput{UserName: name,
		AccessKeyId: key.AccessKeyId}); err != nil {
		t.Fatal(err)
	}
	_, err = sts.NewFromConfig(alice).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	mocktest.WantError(t, err, "InvalidClientTokenId", "The security token included in the request is invalid.")
	if e := w.Last(t); e.Verdict.Refusal.Reason != verdict.KeyDeleted {
		t.Errorf("exchange: %s", &e)
	}
}

func TestIAMUsers(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := sdkiam.NewFromConfig(w.Good())
	for _, name := range []string{"carol", "alice", "bob"} {
		out, err := client.CreateUser(ctx, &sdkiam.CreateUserInput{UserName: aws.String(name),
			Path: aws.String("/team/"),
			Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("a b")}}})
		if err != nil || *out.User.Arn != "arn:aws:iam::111122223333:user/team/"+name ||
			!strings.HasPrefix(*out.User.UserId, "AIDA") || *out.User.Tags[0].Value != "a b" {
			t.Fatalf("created %+v, %v", out, err)
		}
	}
	pages := sdkiam.NewListUsersPaginator(client, &sdkiam.ListUsersInput{PathPrefix: aws.String("/team/"),
		MaxItems: aws.Int32(2)})
	var names []string
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range out.Users {
			names = append(names, *u.UserName)
		}
	}
	if got := strings.Join(names, " "); got != "alice bob carol" {
		t.Errorf("listed %s", got)
	}
	_, err := client.CreateUser(ctx, &sdkiam.CreateUserInput{UserName: aws.String("ALICE")})
	mocktest.WantError(t, err, "EntityAlreadyExists", "User with name ALICE already exists.")
	_, err = client.GetUser(ctx, &sdkiam.GetUserInput{UserName: aws.String("dave")})
	mocktest.WantError(t, err, "NoSuchEntity", "The user with name dave cannot be found.")
	if e := w.Last(t); e.Status != 404 {
		t.Errorf("exchange: %s", &e)
	}
	_, err = client.CreateUser(ctx, &sdkiam.CreateUserInput{UserName: aws.String("a b")})
	mocktest.WantError(t, err, "ValidationError", "The specified value for userName is invalid. It must contain only "+
		"alphanumeric characters and/or the following: +=,.@_-")
	if own, err := client.GetUser(ctx, &sdkiam.GetUserInput{}); err != nil || *own.User.UserName != "app" {
		t.Errorf("own user: %+v, %v", own, err)
	}
	if _, err := client.UpdateUser(ctx, &sdkiam.UpdateUserInput{UserName: aws.String("bob"),
		NewUserName: aws.String("rob"), NewPath: aws.String("/")}); err != nil {
		t.Error(err)
	}
	if out, err := client.GetUser(ctx, &sdkiam.GetUserInput{UserName: aws.String("rob")}); err != nil ||
		*out.User.Arn != "arn:aws:iam::111122223333:user/rob" {
		t.Errorf("renamed: %+v, %v", out, err)
	}
	if _, err := client.UntagUser(ctx, &sdkiam.UntagUserInput{UserName: aws.String("rob"),
		TagKeys: []string{"team"}}); err != nil {
		t.Error(err)
	}
	if tags, err := client.ListUserTags(ctx, &sdkiam.ListUserTagsInput{UserName: aws.String("rob")}); err != nil ||
		len(tags.Tags) != 0 {
		t.Errorf("tags: %+v, %v", tags, err)
	}
	for range 2 {
		if _, err := client.CreateAccessKey(ctx,
			&sdkiam.CreateAccessKeyInput{UserName: aws.String("rob")}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = client.CreateAccessKey(ctx, &sdkiam.CreateAccessKeyInput{UserName: aws.String("rob")})
	mocktest.WantError(t, err, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
	if keys, err := client.ListAccessKeys(ctx, &sdkiam.ListAccessKeysInput{UserName: aws.String("rob")}); err != nil ||
		len(keys.AccessKeyMetadata) != 2 || keys.AccessKeyMetadata[0].Status != types.StatusTypeActive {
		t.Errorf("keys: %+v, %v", keys, err)
	}
}

const trustLambda = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

func TestIAMRoles(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := sdkiam.NewFromConfig(w.Good())
	name := aws.String("job")
	created, err := client.CreateRole(ctx, &sdkiam.CreateRoleInput{RoleName: name,
		AssumeRolePolicyDocument: aws.String(trustLambda), MaxSessionDuration: aws.Int32(7200)})
	if err != nil || *created.Role.Arn != "arn:aws:iam::111122223333:role/job" ||
		created.Role.MaxSessionDuration != nil { // which AWS does not show here, as recorded by localstack/localstack
		t.Fatalf("created %+v, %v", created, err)
	}
	got, err := client.GetRole(ctx, &sdkiam.GetRoleInput{RoleName: name})
	if err != nil {
		t.Fatal(err)
	}
	if trust, err := url.PathUnescape(*got.Role.AssumeRolePolicyDocument); err != nil || trust != trustLambda {
		t.Errorf("trust: %s, %v", trust, err)
	}
	_, err = client.UpdateAssumeRolePolicy(ctx, &sdkiam.UpdateAssumeRolePolicyInput{RoleName: name,
		PolicyDocument: aws.String("{")})
	mocktest.WantError(t, err, "MalformedPolicyDocument", "")
	_, err = client.UpdateRole(ctx, &sdkiam.UpdateRoleInput{RoleName: name, MaxSessionDuration: aws.Int32(60)})
	mocktest.WantError(t, err, "ValidationError", "1 validation error detected: Value '60' at 'maxSessionDuration' "+
		"failed to satisfy constraint: Member must have value greater than or equal to 3600")
	if _, err := client.UpdateRole(ctx, &sdkiam.UpdateRoleInput{RoleName: name,
		Description: aws.String("d")}); err != nil {
		t.Error(err)
	}
	session, err := w.IAM().MintPlatformSession(*created.Role.Arn, "one", 0)
	if err != nil {
		t.Fatal(err)
	}
	if got.Role.RoleLastUsed == nil || got.Role.RoleLastUsed.LastUsedDate != nil {
		t.Errorf("never used: %+v", got.Role.RoleLastUsed)
	}
	if _, err := sts.NewFromConfig(w.Config(session.KeyID, session.Secret, session.Token)).GetCallerIdentity(ctx,
		&sts.GetCallerIdentityInput{}); err != nil {
		t.Fatal(err)
	}
	if got, err = client.GetRole(ctx, &sdkiam.GetRoleInput{RoleName: name}); err != nil ||
		got.Role.RoleLastUsed.LastUsedDate == nil || *got.Role.RoleLastUsed.Region != "us-east-1" {
		t.Errorf("used: %+v, %v", got.Role.RoleLastUsed, err)
	}

	profile := aws.String("web")
	if _, err := client.CreateInstanceProfile(ctx,
		&sdkiam.CreateInstanceProfileInput{InstanceProfileName: profile}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.AddRoleToInstanceProfile(ctx,
		&sdkiam.AddRoleToInstanceProfileInput{InstanceProfileName: profile, RoleName: name}); err != nil {
		t.Fatal(err)
	}
	if list, err := client.ListInstanceProfilesForRole(ctx,
		&sdkiam.ListInstanceProfilesForRoleInput{RoleName: name}); err != nil || len(list.InstanceProfiles) != 1 ||
		*list.InstanceProfiles[0].Roles[0].RoleName != "job" {
		t.Errorf("profiles: %+v, %v", list, err)
	}
	_, err = client.DeleteRole(ctx, &sdkiam.DeleteRoleInput{RoleName: name})
	mocktest.WantError(t, err, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
	if _, err := client.RemoveRoleFromInstanceProfile(ctx,
		&sdkiam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: profile, RoleName: name}); err != nil {
		t.Error(err)
	}
	if _, err := client.DeleteRole(ctx, &sdkiam.DeleteRoleInput{RoleName: name}); err != nil {
		t.Error(err)
	}
	_, err = client.GetRole(ctx, &sdkiam.GetRoleInput{RoleName: name})
	mocktest.WantError(t, err, "NoSuchEntity", "The role with name job cannot be found.")
}

func TestIAMPolicies(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := sdkiam.NewFromConfig(w.Good())
	document := func(action string) *string {
		return aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action +
			`","Resource":"*"}]}`)
	}
	created, err := client.CreatePolicy(ctx, &sdkiam.CreatePolicyInput{PolicyName: aws.String("reader"),
		PolicyDocument: document("s3:ListAllMyBuckets"), Description: aws.String("reads")})
	if err != nil || *created.Policy.Arn != "arn:aws:iam::111122223333:policy/reader" ||
		*created.Policy.DefaultVersionId != "v1" || !strings.HasPrefix(*created.Policy.PolicyId, "ANPA") {
		t.Fatalf("created %+v, %v", created, err)
	}
	arn, user := created.Policy.Arn, aws.String("reader")
	cfg := w.UserWith(t, iam.UserSeed{Name: "reader"})
	if _, err := client.AttachUserPolicy(ctx, &sdkiam.AttachUserPolicyInput{UserName: user,
		PolicyArn: arn}); err != nil {
		t.Fatal(err)
	}
	list := func() error {
		_, err := s3.NewFromConfig(cfg).ListBuckets(ctx, &s3.ListBucketsInput{})
		return err
	}
	if err := list(); err != nil {
		t.Errorf("attached: %v", err)
	}
	second, err := client.CreatePolicyVersion(ctx, &sdkiam.CreatePolicyVersionInput{PolicyArn: arn,
		PolicyDocument: document("s3:GetObject"), SetAsDefault: true})
	if err != nil || *second.PolicyVersion.VersionId != "v2" {
		t.Fatalf("second version %+v, %v", second, err)
	}
	mocktest.WantError(t, list(), "AccessDenied", "")
	if _, err := client.SetDefaultPolicyVersion(ctx, &sdkiam.SetDefaultPolicyVersionInput{PolicyArn: arn,
		VersionId: aws.String("v1")}); err != nil {
		t.Error(err)
	}
	if err := list(); err != nil {
		t.Errorf("the first version again: %v", err)
	}
	if got, err := client.GetPolicy(ctx, &sdkiam.GetPolicyInput{PolicyArn: arn}); err != nil ||
		*got.Policy.AttachmentCount != 1 || *got.Policy.Description != "reads" {
		t.Errorf("policy %+v, %v", got, err)
	}
	version, err := client.GetPolicyVersion(ctx, &sdkiam.GetPolicyVersionInput{PolicyArn: arn,
		VersionId: aws.String("v2")})
	if err != nil || version.PolicyVersion.IsDefaultVersion || !strings.Contains(*version.PolicyVersion.Document,
		"s3%3AGetObject") {
		t.Errorf("version %+v, %v", version, err)
	}
	if got, err := client.GetPolicy(ctx,
		&sdkiam.GetPolicyInput{PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}); err != nil ||
		*got.Policy.PolicyName != "AdministratorAccess" {
		t.Errorf("AWS's policy %+v, %v", got, err)
	}
	holders, err := client.ListEntitiesForPolicy(ctx, &sdkiam.ListEntitiesForPolicyInput{PolicyArn: arn})
	if err != nil || len(holders.PolicyUsers) != 1 || len(holders.PolicyRoles) != 0 {
		t.Errorf("holders %+v, %v", holders, err)
	}
	local, err := client.ListPolicies(ctx, &sdkiam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal})
	if err != nil || len(local.Policies) != 1 {
		t.Errorf("policies %+v, %v", local, err)
	}
	_, err = client.DeletePolicyVersion(ctx, &sdkiam.DeletePolicyVersionInput{PolicyArn: arn,
		VersionId: aws.String("v1")})
	mocktest.WantError(t, err, "DeleteConflict", "Cannot delete the default version of a policy.")
	_, err = client.DeletePolicy(ctx, &sdkiam.DeletePolicyInput{PolicyArn: arn})
	mocktest.WantError(t, err, "DeleteConflict", "This policy has more than one version. Before you delete a policy, "+
		"you must delete the policy's versions. The default version is deleted with the policy.")
	if _, err := client.DeletePolicyVersion(ctx, &sdkiam.DeletePolicyVersionInput{PolicyArn: arn,
		VersionId: aws.String("v2")}); err != nil {
		t.Error(err)
	}
	_, err = client.DeletePolicy(ctx, &sdkiam.DeletePolicyInput{PolicyArn: arn})
	mocktest.WantError(t, err, "DeleteConflict", "Cannot delete a policy attached to entities.")

	// A permissions boundary that is set through the API limits the user.
	boundary := &sdkiam.PutUserPermissionsBoundaryInput{UserName: user, PermissionsBoundary: arn}
	if _, err := client.PutUserPermissionsBoundary(ctx, boundary); err != nil {
		t.Fatal(err)
	}
	if _, err := client.AttachUserPolicy(ctx, &sdkiam.AttachUserPolicyInput{UserName: user,
		PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}); err != nil {
		t.Fatal(err)
	}
	_, err = sdkiam.NewFromConfig(cfg).ListUsers(ctx, &sdkiam.ListUsersInput{})
	mocktest.WantError(t, err, "AccessDenied", "User: arn:aws:iam::111122223333:user/reader is not authorized to "+
		"perform: iam:ListUsers on resource: arn:aws:iam::111122223333:user/ because no permissions boundary allows "+
		"the iam:ListUsers action")
	if got, err := client.GetUser(ctx, &sdkiam.GetUserInput{UserName: user}); err != nil ||
		*got.User.PermissionsBoundary.PermissionsBoundaryArn != *arn {
		t.Errorf("user %+v, %v", got, err)
	}
	if _, err := client.DeleteUserPermissionsBoundary(ctx,
		&sdkiam.DeleteUserPermissionsBoundaryInput{UserName: user}); err != nil {
		t.Error(err)
	}
	if _, err := sdkiam.NewFromConfig(cfg).ListUsers(ctx, &sdkiam.ListUsersInput{}); err != nil {
		t.Errorf("without the boundary: %v", err)
	}
	_, err = client.AttachUserPolicy(ctx, &sdkiam.AttachUserPolicyInput{UserName: user,
		PolicyArn: aws.String("arn:aws:iam::aws:policy/Nope")})
	mocktest.WantError(t, err, "MockNotImplemented", "mockaws does not implement this call: handle: "+
		"unsupported-operation: AWS's own policy arn:aws:iam::aws:policy/Nope is not known here: give its document in "+
		"a seed, under policies of an account, with this arn")
	_, err = client.AttachUserPolicy(ctx, &sdkiam.AttachUserPolicyInput{UserName: user,
		PolicyArn: aws.String("arn:aws:iam::111122223333:policy/Nope")})
	mocktest.WantError(t, err, "NoSuchEntity",
		"Policy arn:aws:iam::111122223333:policy/Nope does not exist or is not attachable.")
}

// What IAM denies names users, roles and policies in its own way.
func TestIAMDenials(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := sdkiam.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "nobody"}))
	denied := func(action, on string) string {
		return "User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: " + action +
			" on resource: " + on + " because no identity-based policy allows the " + action + " action"
	}
	_, err := client.CreateAccessKey(ctx, &sdkiam.CreateAccessKeyInput{UserName: aws.String("app")})
	mocktest.WantError(t, err, "AccessDenied", denied("iam:CreateAccessKey", "user app"))
	if e := w.Last(t); e.Resource != "arn:aws:iam::111122223333:user/app" || e.Status != 403 {
		t.Errorf("exchange: %s", &e)
	}
	_, err = client.ListPolicies(ctx, &sdkiam.ListPoliciesInput{})
	mocktest.WantError(t, err, "AccessDenied", denied("iam:ListPolicies", "policy path /"))
	_, err = client.CreateOpenIDConnectProvider(ctx,
		&sdkiam.CreateOpenIDConnectProviderInput{Url: aws.String("https://oidc.example.com/id/A")})
	mocktest.WantError(t, err, "AccessDenied", denied("iam:CreateOpenIDConnectProvider",
		"arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A"))

	// A policy with conditions on what the call sets.
	limited := sdkiam.NewFromConfig(w.UserWith(t, iam.UserSeed{Name: "limited",
		Policies: []iam.PolicySeed{{Name: "p", Document: map[string]any{
			"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": "iam:CreateUser",
				"Resource": "arn:aws:iam::*:user/ci/*",
				"Condition": map[string]any{"StringEquals": map[string]any{"aws:RequestTag/team": "ci",
					"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}}}},
		}}}}))
	in := &sdkiam.CreateUserInput{UserName: aws.String("x"), Path: aws.String("/ci/"),
		PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}
	_, err = limited.CreateUser(ctx, in)
	mocktest.WantError(t, err, "AccessDenied", "")
	in.Tags = []types.Tag{{Key: aws.String("team"), Value: aws.String("ci")}}
	if _, err := limited.CreateUser(ctx, in); err != nil {
		t.Errorf("as the policy wants it: %v", err)
	}
}

func TestIAMProvidersAndBedrockKeys(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	client := sdkiam.NewFromConfig(w.Good())
	created, err := client.CreateOpenIDConnectProvider(ctx, &sdkiam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://oidc.vercel.com/acme"), ClientIDList: []string{"https://vercel.com/acme"},
		ThumbprintList: []string{strings.Repeat("a", 40)}})
	if err != nil ||
		*created.OpenIDConnectProviderArn != "arn:aws:iam::111122223333:oidc-provider/oidc.vercel.com/acme" {
		t.Fatalf("created %+v, %v", created, err)
	}
	arn := created.OpenIDConnectProviderArn
	if _, err := client.AddClientIDToOpenIDConnectProvider(ctx,
		&sdkiam.AddClientIDToOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn,
			ClientID: aws.String("b")}); err != nil {
		t.Error(err)
	}
	if _, err := client.RemoveClientIDFromOpenIDConnectProvider(ctx,
		&sdkiam.RemoveClientIDFromOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn,
			ClientID: aws.String("https://vercel.com/acme")}); err != nil {
		t.Error(err)
	}
	got, err := client.GetOpenIDConnectProvider(ctx,
		&sdkiam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn})
	if err != nil || *got.Url != "oidc.vercel.com/acme" || strings.Join(got.ClientIDList, " ") != "b" ||
		len(got.ThumbprintList) != 1 {
		t.Errorf("provider %+v, %v", got, err)
	}
	if p, ok := w.IAM().Provider(mocktest.Account, "https://oidc.vercel.com/acme"); !ok || len(p.ClientIDs) != 1 {
		t.Errorf("the judge's provider: %+v", p)
	}
	if list, err := client.ListOpenIDConnectProviders(ctx, &sdkiam.ListOpenIDConnectProvidersInput{}); err != nil ||
		len(list.OpenIDConnectProviderList) != 1 {
		t.Errorf("listed %+v, %v", list, err)
	}
	if _, err := client.DeleteOpenIDConnectProvider(ctx,
		&sdkiam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}); err != nil {
		t.Error(err)
	}
	_, err = client.GetOpenIDConnectProvider(ctx, &sdkiam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn})
	mocktest.WantError(t, err, "NoSuchEntity", "OpenIDConnect Provider not found for arn "+*arn)

	key, err := client.CreateServiceSpecificCredential(ctx,
		&sdkiam.CreateServiceSpecificCredentialInput{UserName: aws.String("app"),
			ServiceName: aws.String("bedrock.amazonaws.com"), CredentialAgeDays: aws.Int32(30)})
	if err != nil || !strings.HasPrefix(*key.ServiceSpecificCredential.ServiceCredentialSecret, "ABSK") ||
		key.ServiceSpecificCredential.ExpirationDate == nil {
		t.Fatalf("created %v", err)
	}
	bearer, id := *key.ServiceSpecificCredential.ServiceCredentialSecret,
		key.ServiceSpecificCredential.ServiceSpecificCredentialId
	if status, body := w.ConverseWithBearer(t, bearer); status != 200 {
		t.Errorf("the new key: %d %s", status, body)
	}
	if _, err := client.UpdateServiceSpecificCredential(ctx,
		&sdkiam.UpdateServiceSpecificCredentialInput{UserName: aws.String("app"), ServiceSpecificCredentialId: id,
			Status: types.StatusTypeInactive}); err != nil {
		t.Error(err)
	}
	if status, body := w.ConverseWithBearer(t, bearer); status != 403 || !strings.Contains(body,
		"Please make sure your API Key is valid.") {
		t.Errorf("the inactive key: %d %s", status, body)
	}
	list, err := client.ListServiceSpecificCredentials(ctx,
		&sdkiam.ListServiceSpecificCredentialsInput{UserName: aws.String("app")})
	if err != nil || len(list.ServiceSpecificCredentials) != 1 ||
		list.ServiceSpecificCredentials[0].Status != types.StatusTypeInactive {
		t.Errorf("listed %+v, %v", list, err)
	}
	if _, err := client.DeleteServiceSpecificCredential(ctx,
		&sdkiam.DeleteServiceSpecificCredentialInput{UserName: aws.String("app"),
			ServiceSpecificCredentialId: id}); err != nil {
		t.Error(err)
	}
}

// A trust policy for GitHub Actions with a condition.
func trustGitHub(condition string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Condition":{` + condition +
		`},"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}}]}`
}

// githubUnbound is what IAM says of one that lets in every repository of GitHub.
const githubUnbound = "Trust policy with trusted principal " +
	"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com must evaluate, " +
	"using StringEquals, StringLike or StringEqualsIgnoreCase, token.actions.githubusercontent.com:sub or " +
	"token.actions.githubusercontent.com:job_workflow_ref which is not scoped to all."

// A policy that cannot be one: AWS's words to the client, ours in the journal.
func TestIAMMalformedPolicies(t *testing.T) {
	w := mocktest.New(t)
	client := sdkiam.NewFromConfig(w.Good())
	trusting := func(principal string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal +
			`,"Action":"sts:AssumeRole"}]}`
	}
	allowing := func(more string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow"` + more + `}]}`
	}
	for _, c := range []struct{ trust, policy, says, detail string }{
		{trust: `trust.json`, says: "This policy contains invalid Json", detail: "policy is not JSON"},
		{trust: strings.Replace(trustLambda, `"Action"`, `"Resource":"*","Action"`, 1),
			says: "Has prohibited field Resource", detail: "it is the role itself"},
		{trust: trusting(`{"AWS":"arn:aws:iam::111122223333:role/nope"}`),
			says: `Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/nope"`},
		{trust: trusting(`{"AWS":"arn:aws::iam::111122223333:root"}`),
			says: `Invalid principal in policy: "AWS":"arn:aws::iam::111122223333:root"`, detail: "Principal.AWS"},
		{trust: trustGitHub(""), says: githubUnbound},
		{trust: trustGitHub(`"StringEquals":{"token.actions.githubusercontent.com:repository":"acme/app"}`),
			says: githubUnbound},
		{trust: trustGitHub(`"StringLike":{"token.actions.githubusercontent.com:sub":"*"}`), says: githubUnbound},
		{policy: `null`, says: "Syntax errors in policy.", detail: "must be an object"},
		{policy: allowing(`,"Action":"s3:*","Resource":"*","Principal":"*"`),
			says: "Policy document should not specify a principal.", detail: "Statement[0]"},
		{policy: allowing(`,"Action":"s3:*","Resource":"bucket"`),
			says: `Resource bucket must be in ARN format or "*".`, detail: "Statement[0]"},
		{policy: allowing(`,"Action":"GetObject","Resource":"*"`),
			says: "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.", detail: "GetObject"},
		{policy: allowing(`,"Action":"s3:*"`), says: "Policy statement must contain resources.",
			detail: "Resource is missing"},
	} {
		var err error
		if c.trust != "" {
			_, err = client.CreateRole(t.Context(), &sdkiam.CreateRoleInput{RoleName: aws.String("r"),
				AssumeRolePolicyDocument: &c.trust})
		} else {
			_, err = client.PutUserPolicy(t.Context(), &sdkiam.PutUserPolicyInput{UserName: aws.String("app"),
				PolicyName: aws.String("p"), PolicyDocument: &c.policy})
		}
		mocktest.WantError(t, err, "MalformedPolicyDocument", c.says)
		if e := w.Last(t); e.Status != 400 || !strings.Contains(e.Verdict.Refusal.Detail, c.detail) {
			t.Errorf("%s%s: %s", c.trust, c.policy, &e)
		}
	}
	bound := trustGitHub(`"StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/*"}`)
	if _, err := client.CreateRole(t.Context(), &sdkiam.CreateRoleInput{RoleName: aws.String("ci"),
		AssumeRolePolicyDocument: &bound}); err != nil {
		t.Errorf("a trust policy that names repositories: %v", err)
	}
}

// Sessions of users without MFA cannot call IAM; AWS answers as if the token
// were none, in 305 bytes (the raw dump of aws/aws-cli#8918).
func TestIAMRefusesSessionsOfUsers(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	got, err := sts.NewFromConfig(w.Good()).GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	if err != nil {
		t.Fatal(err)
	}
	c := got.Credentials
	_, err = sdkiam.NewFromConfig(w.Config(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)).ListUsers(ctx,
		&sdkiam.ListUsersInput{})
	mocktest.WantError(t, err, "InvalidClientTokenId", "The security token included in the request is invalid")
	if e := w.Last(t); e.Status != 403 || e.ResponseSize != 305 || !strings.Contains(e.Verdict.Refusal.Detail,
		"without MFA") {
		t.Errorf("exchange: %s, %d bytes", &e, e.ResponseSize)
	}
}

// The only endpoint is global and of us-east-1.
func TestIAMIsGlobal(t *testing.T) {
	w := mocktest.New(t)
	for region, code := range map[string]string{"us-east-1": "", "eu-west-1": "SignatureDoesNotMatch"} {
		cfg := w.Good()
		cfg.Region, cfg.BaseEndpoint = region, aws.String("http://iam.amazonaws.com")
		cfg.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network,
			_ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(w.URL, "http://"))
		}}}
		_, err := sdkiam.NewFromConfig(cfg).ListUsers(t.Context(), &sdkiam.ListUsersInput{})
		if code == "" {
			if err != nil {
				t.Errorf("%s: %v", region, err)
			}
			continue
		}
		mocktest.WantError(t, err, code, "Credential should be scoped to a valid region. ")
	}
}

// The condition keys that AWS documents for keeping long-term Bedrock API keys
// out: of making one, and of using one.
func TestConditionsOnBedrockKeys(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	statement := func(effect, action string, condition map[string]any) map[string]any {
		s := map[string]any{"Effect": effect, "Action": action, "Resource": "*"}
		if condition != nil {
			s["Condition"] = condition
		}
		return s
	}
	cfg := w.UserWith(t, iam.UserSeed{Name: "keys", Policies: []iam.PolicySeed{{Name: "p", Document: map[string]any{
		"Version": "2012-10-17", "Statement": []any{
			statement("Allow", "bedrock:*", nil),
			statement("Deny", "bedrock:CallWithBearerToken",
				map[string]any{"StringEquals": map[string]any{"bedrock:bearerTokenType": "LONG_TERM"}}),
			statement("Allow", "iam:CreateServiceSpecificCredential", map[string]any{
				"StringEquals": map[string]any{
					"iam:ServiceSpecificCredentialServiceName": "bedrock.amazonaws.com"},
				"NumericLessThanEquals": map[string]any{"iam:ServiceSpecificCredentialAgeDays": "30"},
			}),
		},
	}}}})
	client := sdkiam.NewFromConfig(cfg)
	in := &sdkiam.CreateServiceSpecificCredentialInput{UserName: aws.String("keys"),
		ServiceName: aws.String("bedrock.amazonaws.com")}
	for _, days := range []*int32{nil, aws.Int32(31)} {
		in.CredentialAgeDays = days
		_, err := client.CreateServiceSpecificCredential(ctx, in)
		mocktest.WantError(t, err, "AccessDenied", "")
	}
	in.CredentialAgeDays = aws.Int32(30)
	key, err := client.CreateServiceSpecificCredential(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if status, body := w.ConverseWithBearer(t, *key.ServiceSpecificCredential.ServiceCredentialSecret); status != 403 ||
		!strings.Contains(body, "with an explicit deny in an identity-based policy") {
		t.Errorf("the long-term key: %d %s", status, body)
	}
	c, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if status, body := w.ConverseWithBearer(t, mocktest.ShortTermKey(t, c.AccessKeyID, c.SecretAccessKey, "",
		"us-east-1", "3600", time.Now())); status != 200 {
		t.Errorf("a short-term key: %d %s", status, body)
	}
}

func TestIAMShowsExpiredBedrockKeys(t *testing.T) {
	w := mocktest.New(t)
	_, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account,
		Users: []iam.UserSeed{{Name: "old"}}, BedrockAPIKeys: []iam.BedrockKeySeed{{User: "old", ExpiresIn: "-1h"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := sdkiam.NewFromConfig(w.Good()).ListServiceSpecificCredentials(t.Context(),
		&sdkiam.ListServiceSpecificCredentialsInput{AllUsers: aws.Bool(true)})
	if err != nil || len(list.ServiceSpecificCredentials) != 1 ||
		list.ServiceSpecificCredentials[0].Status != types.StatusTypeExpired {
		t.Errorf("listed %+v, %v", list, err)
	}
}

// A simulation says what the judge would say.
func TestIAMSimulation(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	cfg := w.UserWith(t, iam.UserSeed{Name: "sim", Allow: []string{"s3:*", "sqs:*"}, Deny: []string{"s3:DeleteObject"},
		Boundary: "AmazonS3FullAccess",
		Policies: []iam.PolicySeed{{Name: "p", Document: map[string]any{"Version": "2012-10-17",
			"Statement": []any{map[string]any{
				"Effect": "Allow", "Action": "s3-object-lambda:Get*", "Resource": "*",
				"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "true"}}}}}}}})
	client := sdkiam.NewFromConfig(w.Good())
	source := aws.String("arn:aws:iam::111122223333:user/sim")
	want := map[string]types.PolicyEvaluationDecisionType{
		"s3:GetObject": "allowed", "s3:DeleteObject": "explicitDeny", "sqs:SendMessage": "implicitDeny",
		"s3-object-lambda:GetX": "allowed",
	}
	out, err := client.SimulatePrincipalPolicy(ctx, &sdkiam.SimulatePrincipalPolicyInput{
		PolicySourceArn: source, ActionNames: slices.Sorted(maps.Keys(want)),
		ResourceArns: []string{"arn:aws:s3:::b/k"},
		ContextEntries: []types.ContextEntry{{ContextKeyName: aws.String("aws:SecureTransport"),
			ContextKeyValues: []string{"true"}, ContextKeyType: "boolean"}}})
	if err != nil || len(out.EvaluationResults) != len(want) {
		t.Fatalf("%+v, %v", out, err)
	}
	for _, e := range out.EvaluationResults {
		within := *e.EvalActionName != "sqs:SendMessage"
		if e.EvalDecision != want[*e.EvalActionName] || *e.EvalResourceName != "arn:aws:s3:::b/k" ||
			e.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary != within {
			t.Errorf("%s: %s, %+v", *e.EvalActionName, e.EvalDecision, e.PermissionsBoundaryDecisionDetail)
		}
	}
	// And it is so.
	_, err = sqs.NewFromConfig(cfg).ListQueues(ctx, &sqs.ListQueuesInput{})
	mocktest.WantError(t, err, "AccessDenied", "User: arn:aws:iam::111122223333:user/sim is not authorized to "+
		"perform: sqs:listqueues on resource: arn:aws:sqs:us-east-1:111122223333:* because no permissions boundary "+
		"allows the sqs:listqueues action")
	_, err = client.SimulatePrincipalPolicy(ctx,
		&sdkiam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String("arn:aws:iam::111122223333:role/nope"),
			ActionNames: []string{"s3:GetObject"}})
	mocktest.WantError(t, err, "NoSuchEntity", "")
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "IAM", "query of IAM", func(ctx context.Context, c aws.Config) error {
		_, err := sdkiam.NewFromConfig(c).ListUsers(ctx, &sdkiam.ListUsersInput{})
		return err
	})
}
