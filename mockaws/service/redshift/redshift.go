package redshift

import (
	"path"
	"strconv"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is Amazon Redshift with its two operations that give credentials. Every cluster is
// there; no database is behind it, but a login with the password is judged where tokens in
// place of passwords are: package connect.
func New() *service.Service {
	return &service.Service{
		ID: "Redshift", EndpointPrefix: "redshift", SigningName: "redshift", Version: "2012-12-01",
		Dialect: protocol.Dialect{Protocol: protocol.Query, Namespace: "http://redshift.amazonaws.com/doc/2012-12-01/",
			Errors: protocol.Tabulate(protocol.TakenOver(protocol.QueryRows, "as its protocol has it: "))},
		SkewWindow: 15 * time.Minute, EventSource: "redshift.amazonaws.com",
		Operations: []service.Operation{
			{Name: "GetClusterCredentials", Action: "redshift:GetClusterCredentials", Resource: databaseUser,
				ReadOnly: true, Handle: service.HandleForm(credentials)},
			{Name: "GetClusterCredentialsWithIAM", Action: "redshift:GetClusterCredentialsWithIAM", Resource: database,
				ReadOnly: true, Handle: service.HandleForm(credentialsWithIAM)},
		},
	}
}

// The resources of a cluster that policies name
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html).
func databaseUser(c *service.Call) string { return of(c, "dbuser", c.Input.Form.Get("DbUser")) }

// database is the one that is asked for, or all: "If the database name is not specified, access
// to all databases is allowed".
func database(c *service.Call) string {
	name := c.Input.Form.Get("DbName")
	if name == "" {
		name = "*"
	}
	return of(c, "dbname", name)
}

func of(c *service.Call, kind, name string) string {
	return c.ARN("redshift", kind+":"+c.Input.Form.Get("ClusterIdentifier")+"/"+name)
}

// duration is how long a password lasts, in seconds: 900 to 3600, 900 by default.
type duration string

const shortest, longest = 900, 3600

// lasts reads a duration. The code is one of AWS's common errors
// (https://docs.aws.amazon.com/redshift/latest/APIReference/CommonErrors.html), the text ours.
func (d duration) lasts() (time.Duration, error) {
	if d == "" {
		return shortest * time.Second, nil
	}
	n, err := strconv.Atoi(string(d))
	if err != nil || n < shortest || n > longest {
		return 0, service.Errorf("InvalidParameterValue", "DurationSeconds %q is not from %d to %d", string(d),
			shortest, longest)
	}
	return time.Duration(n) * time.Second, nil
}

type credentialsInput struct {
	DbUser, DbName, ClusterIdentifier string
	DurationSeconds                   duration
	AutoCreate                        bool
	DbGroups                          groups
}

// groups are the names in DbGroups.DbGroup.1 and so on.
type groups []string

// ReadForm reads the list.
func (g *groups) ReadForm(c *service.Call, name string) error {
	*g = c.FormTextsOf(name, "DbGroup")
	return nil
}

type credentialsOutput struct{ DbUser, DbPassword, Expiration string }

// credentials is GetClusterCredentials, which asks IAM for each thing that it is to do
// (https://docs.aws.amazon.com/redshift/latest/mgmt/generating-iam-credentials-role-permissions.html).
func credentials(c *service.Call, in *credentialsInput) (*credentialsOutput, error) {
	lasts, err := in.check()
	if err != nil {
		return nil, err
	}
	user := "IAM:" + in.DbUser
	if in.AutoCreate {
		user = "IAMA:" + in.DbUser
		if err := c.Authorize("redshift:CreateClusterUser", databaseUser(c), nil); err != nil {
			return nil, err
		}
	}
	if in.DbName != "" {
		if err := c.Authorize("redshift:GetClusterCredentials", database(c), nil); err != nil {
			return nil, err
		}
	}
	for _, group := range in.DbGroups {
		if err := c.Authorize("redshift:JoinGroup", of(c, "dbgroup", group), nil); err != nil {
			return nil, err
		}
	}
	return give(c, iam.Password{Place: in.ClusterIdentifier, User: user, Database: in.DbName}, lasts), nil
}

func (in *credentialsInput) check() (time.Duration, error) {
	switch {
	case in.DbUser == "":
		return 0, missing("DbUser")
	case in.ClusterIdentifier == "":
		return 0, missing("ClusterIdentifier")
	}
	return in.DurationSeconds.lasts()
}

func missing(member string) error {
	return service.Errorf("MissingParameter", "The request must contain the parameter %s", member)
}

// give makes the answer with a new password.
func give(c *service.Call, of iam.Password, lasts time.Duration) *credentialsOutput {
	password, until := newPassword(c, of, lasts)
	return &credentialsOutput{DbUser: of.User, DbPassword: password, Expiration: until.Format(time.RFC3339)}
}

// newPassword makes a password for the caller that a login can be judged by. It ends in the
// second that the answer says.
func newPassword(c *service.Call, of iam.Password, lasts time.Duration) (password string, until time.Time) {
	of.Service, of.Account, of.Region = c.Service.SigningName, c.Account(), c.Region
	of.Holder, of.Until = c.Caller.Principal.ARN, c.Now.Add(lasts).UTC().Truncate(time.Second)
	return c.IAM.NewLogin(of), of.Until
}

type withIAMInput struct {
	DbName, ClusterIdentifier string
	DurationSeconds           duration
}

// credentialsWithIAM names the user after the caller
// (https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentialsWithIAM.html).
// The page asks IAM for the database, and does not say that the password opens no other.
func credentialsWithIAM(c *service.Call, in *withIAMInput) (*credentialsOutput, error) {
	if in.ClusterIdentifier == "" {
		return nil, missing("ClusterIdentifier")
	}
	lasts, err := in.DurationSeconds.lasts()
	if err != nil {
		return nil, err
	}
	return give(c, iam.Password{Place: in.ClusterIdentifier, User: userOf(c)}, lasts), nil
}

// userOf is the database user of an identity: "IAM:" and a user's name, "IAMR:" and a role's
// (https://docs.aws.amazon.com/redshift/latest/mgmt/generating-iam-credentials-overview.html).
func userOf(c *service.Call) string {
	if c.Caller.Principal.Kind == iam.KindAssumedRole {
		return "IAMR:" + path.Base(c.Caller.Principal.RoleARN)
	}
	return "IAM:" + c.Caller.Principal.UserName
}
