package iam_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

const bucketARN = "arn:aws:s3:::bucket"

// recordedPolicy is the document of LocalStack's recording, as Python writes it.
const recordedPolicy = `{"Version": "2012-10-17", "Statement": ` +
	`{"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}`

// dated is the document of the AWS CLI's example of simulate-custom-policy.
const dated = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",` +
	`"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}`

func simulated(
	t *testing.T, client *sdkiam.Client, principal, resource string, actions ...string,
) []types.EvaluationResult {
	t.Helper()
	in := &sdkiam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String("arn:aws:iam::111122223333:" + principal),
		ActionNames: actions}
	if resource != "" {
		in.ResourceArns = []string{resource}
	}
	out, err := client.SimulatePrincipalPolicy(t.Context(), in)
	if err != nil || len(out.EvaluationResults) != len(actions) {
		t.Fatalf("%+v, %v", out, err)
	}
	return out.EvaluationResults
}

// wantMatched compares the statements, each "policy type line:column line:column".
func wantMatched(t *testing.T, got []types.Statement, want ...string) {
	t.Helper()
	var texts []string
	for _, s := range got {
		texts = append(texts, strings.Join([]string{*s.SourcePolicyId, string(s.SourcePolicyType),
			place(s.StartPosition), place(s.EndPosition)}, " "))
	}
	if !slices.Equal(texts, want) {
		t.Errorf("matched %q, want %q", texts, want)
	}
}

func place(p *types.Position) string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// put gives the user sim inline policies.
func put(t *testing.T, w *mocktest.World, client *sdkiam.Client, policies map[string]string) {
	t.Helper()
	w.UserWith(t, iam.UserSeed{Name: "sim"})
	for name, text := range policies {
		if _, err := client.PutUserPolicy(t.Context(), &sdkiam.PutUserPolicyInput{UserName: aws.String("sim"),
			PolicyName: aws.String(name), PolicyDocument: aws.String(text)}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSimulationAsRecorded is LocalStack's test_simulate_principle_policy, recorded from
// AWS on 2025-04-21 (tests/aws/services/iam/test_iam.snapshot.json) in an account of an
// organization.
func TestSimulationAsRecorded(t *testing.T) {
	w := mocktest.New(t)
	all := map[string]any{"Version": "2012-10-17",
		"Statement": map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"}}
	if _, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account,
		ServiceControlPolicies: []iam.PolicySeed{{Name: "FullAWSAccess", Document: all}}}}}}); err != nil {
		t.Fatal(err)
	}
	client := sdkiam.NewFromConfig(w.Good())
	put(t, w, client, nil)
	made, err := client.CreatePolicy(t.Context(), &sdkiam.CreatePolicyInput{PolicyName: aws.String("policy-1"),
		PolicyDocument: aws.String(recordedPolicy)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.AttachUserPolicy(t.Context(), &sdkiam.AttachUserPolicyInput{UserName: aws.String("sim"),
		PolicyArn: made.Policy.Arn}); err != nil {
		t.Fatal(err)
	}
	results := simulated(t, client, "user/sim", bucketARN, "s3:PutObject", "s3:GetObjectVersion")
	for i, want := range []struct {
		decision types.PolicyEvaluationDecisionType
		matched  []string
	}{{"allowed", []string{"policy-1 IAM Policy 1:41 1:113"}}, {"implicitDeny", nil}} {
		got := results[i]
		wantMatched(t, got.MatchedStatements, want.matched...)
		if got.EvalDecision != want.decision || *got.EvalResourceName != bucketARN || got.EvalDecisionDetails == nil ||
			len(got.EvalDecisionDetails) != 0 || got.MissingContextValues == nil ||
			got.OrganizationsDecisionDetail == nil || !got.OrganizationsDecisionDetail.AllowedByOrganizations ||
			got.PermissionsBoundaryDecisionDetail != nil || len(got.ResourceSpecificResults) != 1 {
			t.Fatalf("%d: %+v", i, got)
		}
		one := got.ResourceSpecificResults[0]
		wantMatched(t, one.MatchedStatements, want.matched...)
		if one.EvalResourceDecision != want.decision || *one.EvalResourceName != bucketARN ||
			one.EvalDecisionDetails != nil || one.MissingContextValues == nil ||
			one.PermissionsBoundaryDecisionDetail != nil {
			t.Errorf("%d: %+v", i, one)
		}
	}
}

// TestSimulationOfAllResources has the elements of the AWS CLI's examples, which name no
// resource (awscli/examples/iam/simulate-principal-policy.rst and simulate-custom-policy.rst):
// no details, no result for a resource. The policy and its position are those of the latter.
func TestSimulationOfAllResources(t *testing.T) {
	w := mocktest.New(t)
	client := sdkiam.NewFromConfig(w.Good())
	put(t, w, client, map[string]string{"after": dated})
	got := simulated(t, client, "user/sim", "", "dynamodb:CreateBackup")[0]
	wantMatched(t, got.MatchedStatements, "user_sim_after IAM Policy 1:38 1:167")
	if got.EvalDecision != "allowed" || *got.EvalResourceName != "*" || got.EvalDecisionDetails != nil ||
		got.ResourceSpecificResults != nil || got.OrganizationsDecisionDetail != nil ||
		len(got.MissingContextValues) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestMatchedStatementsOfManagedPolicy: AWS's own policies have line breaks. Two public
// programs keep answers of AWS with this position.
func TestMatchedStatementsOfManagedPolicy(t *testing.T) {
	w := mocktest.New(t)
	client := sdkiam.NewFromConfig(w.Good())
	put(t, w, client, nil)
	if _, err := client.AttachUserPolicy(t.Context(), &sdkiam.AttachUserPolicyInput{UserName: aws.String("sim"),
		PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}); err != nil {
		t.Fatal(err)
	}
	got := simulated(t, client, "user/sim", bucketARN, "s3:GetObject")[0]
	wantMatched(t, got.MatchedStatements, "AdministratorAccess IAM Policy 3:17 8:6")
}

// TestMatchedStatements: each statement that allows is there, unless one denies: then
// those that deny are the only ones
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html).
func TestMatchedStatements(t *testing.T) {
	w := mocktest.New(t)
	client := sdkiam.NewFromConfig(w.Good())
	const text = "{\n  \"Statement\": [\n    {\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"},\n" +
		"    {\"Sid\": \"x\", \"Effect\": \"Deny\", \"Action\": \"s3:Delete*\", \"Resource\": \"*\"}, " +
		"{\"Effect\": \"Allow\", \"Action\": \"s3:Get*\", \"Resource\": \"*\"}\n  ],\n  \"Version\": \"2012-10-17\"\n}"
	put(t, w, client, map[string]string{"p": text})
	got := simulated(t, client, "user/sim", bucketARN, "s3:GetObject", "s3:DeleteObject", "sqs:SendMessage")
	wantMatched(t, got[0].MatchedStatements, "user_sim_p IAM Policy 2:17 3:59", "user_sim_p IAM Policy 4:76 4:135")
	wantMatched(t, got[1].MatchedStatements, "user_sim_p IAM Policy 3:59 4:76")
	wantMatched(t, got[2].MatchedStatements)
	shown, err := client.GetUserPolicy(t.Context(), &sdkiam.GetUserPolicyInput{UserName: aws.String("sim"),
		PolicyName: aws.String("p")})
	if err != nil {
		t.Fatal(err)
	}
	if document, err := url.PathUnescape(*shown.PolicyDocument); err != nil || document != text {
		t.Errorf("%q, %v", document, err)
	}
}

// TestSimulationNamesBoundary: a boundary that denies is named with a type of its own.
func TestSimulationNamesBoundary(t *testing.T) {
	w := mocktest.New(t)
	client := sdkiam.NewFromConfig(w.Good())
	made, err := client.CreatePolicy(t.Context(), &sdkiam.CreatePolicyInput{PolicyName: aws.String("limit"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[` +
			`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	w.UserWith(t, iam.UserSeed{Name: "bound", Allow: []string{"*"}, Boundary: *made.Policy.Arn})
	got := simulated(t, client, "user/bound", "", "iam:CreateUser", "s3:GetObject")
	wantMatched(t, got[0].MatchedStatements, "limit Permissions Boundary Policy 1:84 1:134")
	if got[0].EvalDecision != "explicitDeny" || got[0].PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary ||
		!got[1].PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary || len(got[1].MatchedStatements) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestMissingContextValues: beside the decision where the resource is "*", and in the
// result for the resource where one is named
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html).
func TestMissingContextValues(t *testing.T) {
	w := mocktest.New(t)
	client := sdkiam.NewFromConfig(w.Good())
	put(t, w, client, map[string]string{"p": `{"Version":"2012-10-17","Statement":[` +
		`{"Effect":"Allow","Action":"s3:Get*","Resource":"*",` +
		`"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"StringEquals":{"aws:username":"sim"}}},` +
		`{"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"v"}}},` +
		`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::other",` +
		`"Condition":{"StringEquals":{"s3:prefix":"p"}}}]}`})
	want := []string{"aws:MultiFactorAuthPresent"}
	got := simulated(t, client, "user/sim", "", "s3:GetObject")[0]
	if !slices.Equal(got.MissingContextValues, want) || got.EvalDecision != "implicitDeny" {
		t.Errorf("%+v", got)
	}
	got = simulated(t, client, "user/sim", bucketARN, "s3:GetObject")[0]
	if len(got.MissingContextValues) != 0 || !slices.Equal(got.ResourceSpecificResults[0].MissingContextValues, want) {
		t.Errorf("%+v", got)
	}
}

// TestSimulationWhereOrganizationDenies: evaluation ends there, and there are no details
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html).
func TestSimulationWhereOrganizationDenies(t *testing.T) {
	w := mocktest.New(t)
	policy := map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
		map[string]any{"Effect": "Deny", "Action": "sqs:Delete*", "Resource": "*"}}}
	if _, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account,
		ServiceControlPolicies: []iam.PolicySeed{{Name: "NoS3", Document: policy}}}}}}); err != nil {
		t.Fatal(err)
	}
	w.UserWith(t, iam.UserSeed{Name: "sim", Allow: []string{"*"}})
	got := simulated(t, sdkiam.NewFromConfig(w.Good()), "user/sim", bucketARN,
		"s3:GetObject", "sqs:SendMessage", "sqs:DeleteQueue")
	if got[2].EvalDecision != "explicitDeny" || got[2].OrganizationsDecisionDetail.AllowedByOrganizations ||
		got[2].EvalDecisionDetails != nil {
		t.Errorf("%+v", got[2])
	}
	if got[0].EvalDecision != "implicitDeny" || got[0].OrganizationsDecisionDetail.AllowedByOrganizations ||
		got[0].EvalDecisionDetails != nil || len(got[0].MatchedStatements) != 0 {
		t.Errorf("%+v", got[0])
	}
	if !got[1].OrganizationsDecisionDetail.AllowedByOrganizations || got[1].EvalDecisionDetails == nil {
		t.Errorf("%+v", got[1])
	}
}

// TestSimulateCustomPolicy is the two examples of the AWS CLI
// (awscli/examples/iam/simulate-custom-policy.rst), with a boundary in a third.
func TestSimulateCustomPolicy(t *testing.T) {
	client := sdkiam.NewFromConfig(mocktest.New(t).Good())
	const stops = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"dynamodb:Create*","Resource":"*"}}`
	for _, row := range []struct {
		time, boundary string
		decision       types.PolicyEvaluationDecisionType
		matched        []string
	}{
		{"2019-04-25T11:00:00Z", "", "allowed", []string{"PolicyInputList.1 IAM Policy 1:38 1:167"}},
		{"2014-04-25T11:00:00Z", "", "implicitDeny", nil},
		{"2019-04-25T11:00:00Z", stops, "explicitDeny",
			[]string{"PermissionsBoundaryPolicyInputList.1 Permissions Boundary Policy 1:38 1:97"}},
	} {
		in := &sdkiam.SimulateCustomPolicyInput{PolicyInputList: []string{dated},
			ActionNames: []string{"dynamodb:CreateBackup"},
			ContextEntries: []types.ContextEntry{{ContextKeyName: aws.String("aws:CurrentTime"),
				ContextKeyValues: []string{row.time}, ContextKeyType: types.ContextKeyTypeEnumDate}}}
		if row.boundary != "" {
			in.PermissionsBoundaryPolicyInputList = []string{row.boundary}
		}
		out, err := client.SimulateCustomPolicy(t.Context(), in)
		if err != nil || len(out.EvaluationResults) != 1 {
			t.Fatalf("%+v, %v", out, err)
		}
		got := out.EvaluationResults[0]
		wantMatched(t, got.MatchedStatements, row.matched...)
		if got.EvalDecision != row.decision || (got.PermissionsBoundaryDecisionDetail != nil) != (row.boundary != "") ||
			got.EvalDecisionDetails != nil || len(got.MissingContextValues) != 0 {
			t.Errorf("%+v", got)
		}
	}
}

// TestSimulateCustomPolicyRefuses: what is no policy, two boundaries, and a member that is
// not judged here.
func TestSimulateCustomPolicyRefuses(t *testing.T) {
	client := sdkiam.NewFromConfig(mocktest.New(t).Good())
	for _, row := range []struct {
		policies, boundaries []string
		caller, code         string
	}{
		{[]string{"{"}, nil, "", "InvalidInput"}, {[]string{dated}, []string{"[]"}, "", "InvalidInput"},
		{[]string{dated}, []string{dated, dated}, "", "InvalidInput"}, {nil, nil, "", "ValidationError"},
		{[]string{dated}, nil, "arn:aws:iam::111122223333:user/x", "MockNotImplemented"},
	} {
		in := &sdkiam.SimulateCustomPolicyInput{PolicyInputList: row.policies, ActionNames: []string{"s3:GetObject"},
			PermissionsBoundaryPolicyInputList: row.boundaries}
		if row.policies == nil {
			in.PolicyInputList = []string{}
		}
		if row.caller != "" {
			in.CallerArn = &row.caller
		}
		_, err := client.SimulateCustomPolicy(t.Context(), in)
		mocktest.WantError(t, err, row.code, "")
	}
}

// TestSimulationAcrossAccounts: AWS evaluates in both accounts there, and its answer has
// details whose form no public page has; the account's own ARN and one without are simulated.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
func TestSimulationAcrossAccounts(t *testing.T) {
	w := mocktest.New(t)
	client := sdkiam.NewFromConfig(w.Good())
	put(t, w, client, map[string]string{"all": `{"Version":"2012-10-17","Statement":` +
		`{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`})
	for _, own := range []string{"arn:aws:sqs:us-east-1:111122223333:q", "arn:aws:sqs:*:*:q", bucketARN} {
		if got := simulated(t, client, "user/sim", own, "sqs:SendMessage")[0].EvalDecision; got != "allowed" {
			t.Errorf("%s: %s", own, got)
		}
	}
	_, err := client.SimulatePrincipalPolicy(t.Context(), &sdkiam.SimulatePrincipalPolicyInput{
		PolicySourceArn: aws.String("arn:aws:iam::111122223333:user/sim"), ActionNames: []string{"sqs:SendMessage"},
		ResourceArns: []string{"arn:aws:sqs:us-east-1:444455556666:q"}})
	mocktest.WantError(t, err, "MockNotImplemented", "")
	if !strings.Contains(err.Error(), "across accounts") {
		t.Error(err)
	}
}
