package redshift_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshiftserverless"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
	"github.com/hostproof/hostproof/mockaws/service/connect"
)

const (
	clusterHost   = "sales.abc123xyz789.us-east-1.redshift.amazonaws.com"
	workgroupHost = "sales." + mocktest.Account + ".us-east-1.redshift-serverless.amazonaws.com"
)

// given are the passwords that the three calls handed out.
type given struct{ cluster, withIAM, workgroup string }

func passwords(t *testing.T, w *mocktest.World) given {
	t.Helper()
	client := redshift.NewFromConfig(w.Good())
	plain, err := client.GetClusterCredentials(t.Context(), &redshift.GetClusterCredentialsInput{
		DbUser: aws.String("report"), DbName: aws.String("dev"), ClusterIdentifier: aws.String("sales")})
	if err != nil {
		t.Fatal(err)
	}
	withIAM, err := client.GetClusterCredentialsWithIAM(t.Context(), &redshift.GetClusterCredentialsWithIAMInput{
		DbName: aws.String("dev"), ClusterIdentifier: aws.String("sales"), DurationSeconds: aws.Int32(3600)})
	if err != nil {
		t.Fatal(err)
	}
	serverless, err := redshiftserverless.NewFromConfig(w.Good()).GetCredentials(t.Context(),
		&redshiftserverless.GetCredentialsInput{WorkgroupName: aws.String("sales"), DbName: aws.String("dev")})
	if err != nil {
		t.Fatal(err)
	}
	return given{*plain.DbPassword, *withIAM.DbPassword, *serverless.DbPassword}
}

// TestLogins: a password lets in its user, at its cluster or workgroup, to its database, until
// it ends; the journal has each login and never the password.
func TestLogins(t *testing.T) {
	w := mocktest.New(t)
	p := passwords(t, w)
	const other = "other.abc123xyz789.us-east-1.redshift.amazonaws.com"
	for _, row := range []struct {
		name    string
		login   connect.Login
		later   time.Duration
		refused string // what the refusal says; "" where the login is let in
	}{
		{"cluster", connect.Login{Host: clusterHost + ":5439", User: "IAM:report", Password: p.cluster}, 0, ""},
		{"cluster, capitals", connect.Login{Host: strings.ToUpper(clusterHost), User: "IAM:report",
			Password: p.cluster}, 0, ""},
		{"cluster, database", connect.Login{Host: clusterHost, User: "IAM:report", Password: p.cluster,
			Resource: "dev"}, 0, ""},
		{"cluster, another database", connect.Login{Host: clusterHost, User: "IAM:report", Password: p.cluster,
			Resource: "prod"}, 0, `for the database "dev", and another is asked for`},
		{"cluster, name without its prefix", connect.Login{Host: clusterHost, User: "report", Password: p.cluster}, 0,
			`for the user "IAM:report", and another name logs in`},
		{"another cluster", connect.Login{Host: other, User: "IAM:report", Password: p.cluster}, 0,
			`for the cluster "sales" in us-east-1, not for the cluster "other" in us-east-1`},
		{"another region", connect.Login{Host: strings.Replace(clusterHost, "us-east-1", "eu-west-3", 1),
			User: "IAM:report", Password: p.cluster}, 0, `not for the cluster "sales" in eu-west-3`},
		{"nearly ended", connect.Login{Host: clusterHost, User: "IAM:report", Password: p.cluster},
			14 * time.Minute, ""},
		{"ended", connect.Login{Host: clusterHost, User: "IAM:report", Password: p.cluster}, 16 * time.Minute,
			"the password ended at "},
		{"with IAM", connect.Login{Host: clusterHost, User: "IAM:app", Password: p.withIAM, Resource: "prod"},
			59 * time.Minute, ""},
		{"with IAM, ended", connect.Login{Host: clusterHost, User: "IAM:app", Password: p.withIAM}, time.Hour,
			"the password ended at "},
		{"workgroup", connect.Login{Host: workgroupHost, User: "IAM:app", Password: p.workgroup, Resource: "dev"}, 0,
			""},
		{"workgroup, another database", connect.Login{Host: workgroupHost, User: "IAM:app", Password: p.workgroup,
			Resource: "prod"}, 0, `for the database "dev"`},
		{"workgroup of another account", connect.Login{User: "IAM:app", Password: p.workgroup,
			Host: strings.Replace(workgroupHost, mocktest.Account, "999988887777", 1)}, 0, "not of 999988887777"},
		{"a cluster's password at a workgroup", connect.Login{Host: workgroupHost, User: "IAM:report",
			Password: p.cluster}, 0, `for the cluster "sales" in us-east-1, not for the workgroup "sales"`},
		{"a password of nobody", connect.Login{Host: clusterHost, User: "IAM:app", Password: "hunter2hunter2"}, 0,
			"none that redshift:GetClusterCredentials or redshift:GetClusterCredentialsWithIAM gave here"},
		{"the password as the user", connect.Login{Host: clusterHost, User: p.cluster, Password: p.cluster}, 0,
			`for the user "IAM:report"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			w.Clock().SetOffset(row.later)
			defer w.Clock().SetOffset(0)
			e, err := w.Login(row.login)
			if err != nil {
				t.Fatal(err)
			}
			if row.refused == "" && (!e.Verdict.Accepted || e.Verdict.Principal != w.User.Principal) ||
				row.refused != "" && (e.Verdict.Accepted || !strings.Contains(e.Verdict.String(), row.refused)) {
				t.Errorf("%s", e.Verdict)
			}
			seen := w.Last(t)
			text, _ := json.Marshal(seen)
			if seen.Seq != e.Seq || strings.Contains(string(text), row.login.Password) ||
				seen.Presented.Scheme != "password" || seen.Operation != "connect" {
				t.Errorf("the journal has %s", text)
			}
			if !e.Verdict.Accepted && e.Confidence != "U" {
				t.Errorf("nobody saw a refusal's text, and it is marked %q", e.Confidence)
			}
			for _, text := range []string{fmt.Sprint(row.login), fmt.Sprintf("%#v", row.login)} {
				if strings.Contains(text, row.login.Password) && row.login.User != row.login.Password {
					t.Error("a login prints its password")
				}
			}
		})
	}
}

// TestLoginsThatAreNone: what is no login is said, and nothing is judged.
func TestLoginsThatAreNone(t *testing.T) {
	w := mocktest.New(t)
	for says, login := range map[string]connect.Login{
		"host is missing":         {User: "IAM:app", Password: "p"},
		"password is missing":     {User: "IAM:app", Host: clusterHost},
		"user is missing":         {Password: "p", Host: clusterHost},
		"one of the two kinds":    {Token: "db:5432/?Action=connect", Password: "p", Host: clusterHost},
		"no endpoint of Redshift": {User: "IAM:app", Password: "p", Host: "db.abc.us-east-1.rds.amazonaws.com:5439"},
		"host is no endpoint":     {User: "IAM:app", Password: "p", Host: ":"},
		"WORKGROUP.ACCOUNT": {User: "IAM:app", Password: "p",
			Host: "sales.12.us-east-1.redshift-serverless.amazonaws.com"},
	} {
		if e, err := w.Login(login); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, %s", says, err, &e)
		}
	}
	if n := len(w.Journal().Since(0)); n != 0 {
		t.Errorf("%d exchanges", n)
	}
}
