package iam_test

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// TestServiceControlLevels: "For a permission to be allowed for a specific account, there
// must be an explicit Allow statement at every level from the root through each OU in the
// direct path to the account"
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html).
func TestServiceControlLevels(t *testing.T) {
	s3, ec2, all := statement("Allow", "s3:*", "*"), statement("Allow", "ec2:*", "*"), statement("Allow", "*", "*")
	deny := statement("Deny", "s3:DeleteObject", "*")
	for _, row := range []struct {
		name     string
		policies []iam.PolicySeed
		get      bool
	}{
		{"one level", []iam.PolicySeed{{Document: document(s3)}, {Document: document(ec2)}}, true},
		{"unit and account", []iam.PolicySeed{{Level: "unit", Document: document(s3)},
			{Level: "account", Document: document(ec2)}}, false},
		{"both allow", []iam.PolicySeed{{Level: "unit", Document: document(s3)},
			{Level: "account", Document: document(all)}}, true},
		{"a level that only denies", []iam.PolicySeed{{Level: "root", Document: document(deny)},
			{Level: "account", Document: document(s3)}}, true},
		{"two policies of a level", []iam.PolicySeed{{Level: "unit", Document: document(ec2)},
			{Level: "unit", Document: document(s3)}, {Level: "account", Document: document(all)}}, true},
	} {
		s := iam.New(nil)
		applied, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home, ServiceControlPolicies: row.policies,
			Users: []iam.UserSeed{{Name: "bob", Allow: []string{"*"}, Keys: []iam.KeySeed{{}}}}}}})
		if err != nil {
			t.Fatal(err)
		}
		bob, _ := s.Resolve(applied.Keys[0].KeyID, "")
		refusal := s.Authorize(bob, iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"})
		if refusal == nil != row.get {
			t.Errorf("%s: %v", row.name, refusal)
		}
		if denial, _ := verdict.CauseOf[verdict.Denial](refusal); !row.get && !strings.Contains(denial.Because,
			"service control policy") {
			t.Errorf("%s: %+v", row.name, denial)
		}
	}
	for _, account := range []iam.AccountSeed{
		{Policies: []iam.PolicySeed{{Name: "p", Level: "unit", Document: document(s3)}}},
		{Users: []iam.UserSeed{{Name: "u", Policies: []iam.PolicySeed{{Level: "unit", Document: document(s3)}}}}},
		{ResourceControlPolicies: []iam.PolicySeed{{Level: "unit", Document: document(statement("Deny", "s3:*", "*",
			"'Principal':'*'"))}}},
	} {
		account.ID = home
		if _, err := iam.New(nil).Apply(iam.Seed{Accounts: []iam.AccountSeed{account}}); err == nil ||
			!strings.Contains(err.Error(), "only a service control policy has a level") {
			t.Errorf("a level without effect: %v", err)
		}
	}
}

// TestIncompleteARNs: "specifying arn:aws:sqs is equivalent to arn:aws:sqs:*:*:*" in an
// identity-based policy, and an error in a session policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func TestIncompleteARNs(t *testing.T) {
	for _, row := range []struct {
		resource, on string
		allowed      bool
	}{
		{"arn:aws:sqs", "arn:aws:sqs:eu-west-1:111122223333:q", true},
		{"arn:aws:sqs", "arn:aws:s3:::b/k", false},
		{"arn:aws:sqs:eu-west-1", "arn:aws:sqs:eu-west-1:111122223333:q", true},
		{"arn:aws:sqs:eu-west-1", "arn:aws:sqs:us-east-1:111122223333:q", false},
		{"arn:aws:s3", "arn:aws:s3:::b/k", true},
	} {
		s, bob := scene{as: "user", identity: statement("Allow", "*", row.resource)}.credential(t)
		if got := s.Authorize(bob, iam.Call{Action: "x:Y", Resource: row.on}) == nil; got != row.allowed {
			t.Errorf("%s on %s: %v", row.resource, row.on, got)
		}
	}
	p := resourcePolicy(t, statement("Allow", "*", "arn:aws:s3", "'Principal':'*'"))
	s, bob := scene{as: "user"}.credential(t)
	if s.Authorize(bob, iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", ResourcePolicy: p}) == nil {
		t.Error("nothing says that a resource's policy is completed")
	}
}

// TestPathsOfAWS: paths that only AWS's own roles have (tilfin/aws-iam-policy-tool#9), and
// roles there that only AWS changes (gruntwork-io/cloud-nuke#880).
func TestPathsOfAWS(t *testing.T) {
	s := iam.New(nil)
	trust := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ecs.amazonaws.com"},` +
		`"Action":"sts:AssumeRole"}}`
	const path = "/aws-service-role/ecs.amazonaws.com/"
	if _, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home, Roles: []iam.RoleSeed{
		{Name: "AWSServiceRoleForECS", Path: path, Trust: trust}, {Name: "own", Trust: trust}}}}}); err != nil {
		t.Fatal(err)
	}
	ours, owned := iam.RoleOf(home, "own"), iam.RoleOf(home, "AWSServiceRoleForECS")
	for name, err := range map[string]error{
		"create": func() error {
			_, err := s.Create(iam.RoleOf(home, "new"), iam.EntityInput{Path: path, Trust: trust})
			return err
		}(),
		"policy": s.PutPolicy(owned, "p", document(statement("Allow", "*", "*"))),
		"trust":  s.UpdateTrust(owned, trust),
		"delete": s.Delete(owned),
	} {
		want := "UnmodifiableEntity: Cannot perform the operation on the protected role 'AWSServiceRoleForECS' - " +
			"this role is only modifiable by AWS"
		if name == "create" {
			want = "InvalidInput: Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if err := s.PutPolicy(ours, "p", document(statement("Allow", "*", "*"))); err != nil {
		t.Error(err)
	}
}

// TestCommaInAnAction: such a policy is stored, and matches nothing
// (cloud-copilot/iam-simulate, 2026-03-04: one author's word).
func TestCommaInAnAction(t *testing.T) {
	s, bob := scene{as: "user", identity: statement("Allow", "s3:GetObject,PutObject", "*")}.credential(t)
	if s.Authorize(bob, iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}) == nil {
		t.Error("half of an action allows")
	}
}
