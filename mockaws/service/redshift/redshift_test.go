package redshift_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshiftserverless"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

const arn = "arn:aws:redshift:us-east-1:" + mocktest.Account + ":"

// allowing is a policy that allows actions on resources: "action resource".
func allowing(pairs ...string) iam.PolicySeed {
	var statements []string
	for _, pair := range pairs {
		action, resource, _ := strings.Cut(pair, " ")
		statements = append(statements, `{"Effect": "Allow", "Action": "`+action+`", "Resource": "`+resource+`"}`)
	}
	return iam.PolicySeed{Name: "p",
		Document: `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ",") + `]}`}
}

// TestClusterCredentials: the password is for a user, and each thing that is asked for needs a
// permission of its own
// (https://docs.aws.amazon.com/redshift/latest/mgmt/generating-iam-credentials-role-permissions.html).
func TestClusterCredentials(t *testing.T) {
	w := mocktest.New(t)
	in := func(change func(*redshift.GetClusterCredentialsInput)) *redshift.GetClusterCredentialsInput {
		in := &redshift.GetClusterCredentialsInput{DbUser: aws.String("app"), ClusterIdentifier: aws.String("sales")}
		change(in)
		return in
	}
	plain := func(*redshift.GetClusterCredentialsInput) {}
	create := func(in *redshift.GetClusterCredentialsInput) { in.AutoCreate = aws.Bool(true) }
	named := func(in *redshift.GetClusterCredentialsInput) { in.DbName = aws.String("dev") }
	grouped := func(in *redshift.GetClusterCredentialsInput) { in.DbGroups = []string{"writers"} }
	get := "redshift:GetClusterCredentials " + arn + "dbuser:sales/app"
	for _, row := range []struct {
		name    string
		change  func(*redshift.GetClusterCredentialsInput)
		allowed []string
		user    string
		denied  string // what IAM is asked for that it does not allow
	}{
		{"plain", plain, []string{get}, "IAM:app", ""},
		{"another-user", plain, []string{"redshift:GetClusterCredentials " + arn + "dbuser:sales/root"}, "",
			"redshift:GetClusterCredentials"},
		{"another-cluster", plain, []string{"redshift:GetClusterCredentials " + arn + "dbuser:other/app"}, "",
			"redshift:GetClusterCredentials"},
		{"create", create, []string{get, "redshift:CreateClusterUser " + arn + "dbuser:sales/app"}, "IAMA:app", ""},
		{"create-denied", create, []string{get}, "", "redshift:CreateClusterUser"},
		{"database", named, []string{get, "redshift:GetClusterCredentials " + arn + "dbname:sales/dev"}, "IAM:app", ""},
		{"database-denied", named, []string{get}, "", "redshift:GetClusterCredentials"},
		{"group", grouped, []string{get, "redshift:JoinGroup " + arn + "dbgroup:sales/writers"}, "IAM:app", ""},
		{"group-denied", grouped, []string{get, "redshift:JoinGroup " + arn + "dbgroup:sales/readers"}, "",
			"redshift:JoinGroup"},
	} {
		t.Run(row.name, func(t *testing.T) {
			cfg := w.UserWith(t, iam.UserSeed{Name: row.name, Policies: []iam.PolicySeed{allowing(row.allowed...)}})
			out, err := redshift.NewFromConfig(cfg).GetClusterCredentials(t.Context(), in(row.change))
			e := w.Last(t)
			if row.denied != "" {
				mocktest.WantError(t, err, "AccessDenied", "")
				if !strings.Contains(e.Message, row.denied) {
					t.Errorf("%s", e.Message)
				}
				return
			}
			if err != nil || *out.DbUser != row.user ||
				out.Expiration.Sub(e.Time).Round(time.Minute) != 15*time.Minute {
				t.Fatalf("%+v, %v", out, err)
			}
			if !slices.Contains(w.IAM().Issued(), *out.DbPassword) {
				t.Error("the password is not among the secrets")
			}
		})
	}
}

// TestClusterCredentialsInput: what is missing or out of range is refused.
func TestClusterCredentialsInput(t *testing.T) {
	w := mocktest.New(t)
	client := redshift.NewFromConfig(w.Good())
	seconds := func(n int32) *redshift.GetClusterCredentialsInput {
		return &redshift.GetClusterCredentialsInput{DbUser: aws.String("app"), ClusterIdentifier: aws.String("sales"),
			DurationSeconds: &n}
	}
	out, err := client.GetClusterCredentials(t.Context(), seconds(3600))
	if err != nil || out.Expiration.Sub(w.Last(t).Time).Round(time.Minute) != time.Hour {
		t.Errorf("%+v, %v", out, err)
	}
	for _, n := range []int32{899, 3601} {
		_, err := client.GetClusterCredentials(t.Context(), seconds(n))
		mocktest.WantError(t, err, "InvalidParameterValue", "")
	}
	_, err = client.GetClusterCredentials(t.Context(), &redshift.GetClusterCredentialsInput{DbUser: aws.String("app")})
	mocktest.WantError(t, err, "MissingParameter", "The request must contain the parameter ClusterIdentifier")
	_, err = client.GetClusterCredentialsWithIAM(t.Context(), &redshift.GetClusterCredentialsWithIAMInput{})
	mocktest.WantError(t, err, "MissingParameter", "The request must contain the parameter ClusterIdentifier")
}

// TestClusterCredentialsWithIAM: the database user is the caller.
func TestClusterCredentialsWithIAM(t *testing.T) {
	w := mocktest.New(t)
	ask := func(cfg aws.Config) (*redshift.GetClusterCredentialsWithIAMOutput, error) {
		return redshift.NewFromConfig(cfg).GetClusterCredentialsWithIAM(t.Context(),
			&redshift.GetClusterCredentialsWithIAMInput{ClusterIdentifier: aws.String("sales"),
				DbName: aws.String("dev")})
	}
	out, err := ask(w.UserWith(t, iam.UserSeed{Name: "ann", Policies: []iam.PolicySeed{
		allowing("redshift:GetClusterCredentialsWithIAM " + arn + "dbname:sales/dev")}}))
	if err != nil || *out.DbUser != "IAM:ann" {
		t.Errorf("%+v, %v", out, err)
	}
	_, err = ask(w.UserWith(t, iam.UserSeed{Name: "bob", Policies: []iam.PolicySeed{
		allowing("redshift:GetClusterCredentialsWithIAM " + arn + "dbname:sales/prod")}}))
	mocktest.WantError(t, err, "AccessDenied", "")
	w.WithRoles(t, "lambda")
	session, err := w.IAM().MintPlatformSession(*mocktest.RoleARN("for-lambda"), "fn", 0)
	if err != nil {
		t.Fatal(err)
	}
	err = w.IAM().PutPolicy(iam.Entity{AccountID: mocktest.Account, Kind: iam.KindAssumedRole, Name: "for-lambda"}, "p",
		`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "redshift:*", "Resource": "*"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	out, err = ask(w.Config(session.KeyID, session.Secret, session.Token))
	if err != nil || *out.DbUser != "IAMR:for-lambda" {
		t.Errorf("%+v, %v", out, err)
	}
}

// TestServerlessCredentials: policies name a workgroup by its id, never by its name.
func TestServerlessCredentials(t *testing.T) {
	w := mocktest.New(t)
	ask := func(cfg aws.Config, seconds int32) (*redshiftserverless.GetCredentialsOutput, error) {
		return redshiftserverless.NewFromConfig(cfg).GetCredentials(t.Context(),
			&redshiftserverless.GetCredentialsInput{WorkgroupName: aws.String("sales"), DurationSeconds: &seconds})
	}
	out, err := ask(w.Good(), 1200)
	e := w.Last(t)
	if err != nil || *out.DbUser != "IAM:app" || out.Expiration.Sub(e.Time).Round(time.Minute) != 20*time.Minute {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = ask(w.UserWith(t, iam.UserSeed{Name: "byid", Policies: []iam.PolicySeed{
		allowing("redshift-serverless:GetCredentials " + e.Resource)}}), 900)
	if err != nil {
		t.Error(err)
	}
	_, err = ask(w.UserWith(t, iam.UserSeed{Name: "byname", Policies: []iam.PolicySeed{allowing(
		"redshift-serverless:GetCredentials arn:aws:redshift-serverless:us-east-1:" + mocktest.Account +
			":workgroup/sales")}}), 900)
	mocktest.WantError(t, err, "AccessDeniedException", "")
	_, err = ask(w.Good(), 60)
	mocktest.WantError(t, err, "ValidationException", "")
}

func TestRefusals(t *testing.T) {
	mocktest.Refusals(t, "Redshift", "query of Redshift", func(ctx context.Context, c aws.Config) error {
		in := &redshift.GetClusterCredentialsWithIAMInput{ClusterIdentifier: aws.String("sales")}
		_, err := redshift.NewFromConfig(c).GetClusterCredentialsWithIAM(ctx, in)
		return err
	})
	mocktest.Refusals(t, "Redshift Serverless", "json-1.1", func(ctx context.Context, c aws.Config) error {
		_, err := redshiftserverless.NewFromConfig(c).GetCredentials(ctx, &redshiftserverless.GetCredentialsInput{
			WorkgroupName: aws.String("sales")})
		return err
	})
}
