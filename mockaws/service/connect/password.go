package connect

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Password is a login at Redshift, taken apart.
type Password struct {
	Secret   string
	User     string // as logged in with, "IAM:app"
	Database string // "" where it does not matter
	Endpoint Endpoint
}

// Endpoint is what the hostname of a cluster or a workgroup says.
type Endpoint struct {
	Service string // the signing name: "redshift" or "redshift-serverless"
	Name    string // of the cluster or workgroup
	Account string // of the workgroup; "" for a cluster, whose hostname does not say it
	Region  string
}

// String names the cluster or workgroup.
func (e Endpoint) String() string { return placed(e.Service, e.Name, e.Region) }

func placed(service, name, region string) string {
	return fmt.Sprintf("the %s %q in %s", givers[service].opens, name, region)
}

// The endpoints of a cluster, in which the second label stands for account and region, and
// of a workgroup, in which it is the account
// (https://docs.aws.amazon.com/redshift/latest/mgmt/jdbc20-obtain-url.html,
// https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-connecting.html).
var (
	clusterHost   = regexp.MustCompile(`^([a-z][a-z0-9-]*)\.[a-z0-9]+\.([a-z0-9-]+)\.redshift\.amazonaws\.com$`)
	workgroupHost = regexp.MustCompile(
		`^([a-z0-9-]+)\.([0-9]{12})\.([a-z0-9-]+)\.redshift-serverless\.amazonaws\.com$`)
)

// endpoint reads a hostname, with or without a port.
func endpoint(text string) (Endpoint, error) {
	host := text
	if name, _, err := net.SplitHostPort(text); err == nil {
		host = name
	}
	host = strings.ToLower(host)
	if m := clusterHost.FindStringSubmatch(host); m != nil {
		return Endpoint{Service: "redshift", Name: m[1], Region: m[2]}, nil
	}
	if m := workgroupHost.FindStringSubmatch(host); m != nil {
		return Endpoint{Service: "redshift-serverless", Name: m[1], Account: m[2], Region: m[3]}, nil
	}
	return Endpoint{}, errors.New("host is no endpoint of Redshift: CLUSTER.ID.REGION.redshift.amazonaws.com or " +
		"WORKGROUP.ACCOUNT.REGION.redshift-serverless.amazonaws.com")
}

// readPassword takes a login with a password apart. The request stands for it in the
// journal: user and database are parameters there, under the names that they have in the
// first message of PostgreSQL's protocol.
func readPassword(login Login) (*Request, error) {
	switch {
	case login.Token != "":
		return nil, errors.New("the login has a token, and a password or a host; give one of the two kinds")
	case login.Host == "":
		return nil, errors.New("host is missing: the endpoint of the cluster or workgroup")
	case login.Password == "":
		return nil, errors.New("password is missing")
	case login.User == "":
		return nil, errors.New("user is missing: the database user that was handed out with the password")
	}
	at, err := endpoint(login.Host)
	if err != nil {
		return nil, err
	}
	query := url.Values{"user": {login.User}}
	if login.Resource != "" {
		query.Set("database", login.Resource)
	}
	place := givers[at.Service].login
	return &Request{
		URL:      &url.URL{Scheme: "https", Host: login.Host, Path: "/", RawQuery: query.Encode()},
		Password: &Password{Secret: login.Password, User: login.User, Database: login.Resource, Endpoint: at},
		Service:  place, Operation: &place.Operations[0],
		Input: protocol.Input{Query: query},
	}, nil
}

// giver is a service that gives passwords.
type giver struct {
	opens string // what a password opens
	calls string // what gives it
	// login is the service as what is logged in to. IAM was asked when the password was
	// given, and is not asked again.
	login *service.Service
}

// givers are by their signing names.
var givers = map[string]giver{
	"redshift": {"cluster", "redshift:GetClusterCredentials or redshift:GetClusterCredentialsWithIAM",
		of("Redshift", "redshift", false, service.Operation{Name: "connect"})},
	"redshift-serverless": {"workgroup", "redshift-serverless:GetCredentials",
		of("Redshift Serverless", "redshift-serverless", false, service.Operation{Name: "connect"})},
}

// Judge says why a password does not let in, nil where it does. Known is false for one that
// no call here gave.
func (p *Password) Judge(given iam.Password, known bool, now time.Time) *verdict.Refusal {
	_, gives := givers[given.Service]
	problem := p.problem(given, known && gives, now)
	if problem == "" {
		return nil
	}
	return verdict.Because(verdict.StageAuthenticate, verdict.BadRequest{Problem: problem}, problem)
}

// problem repeats no name that was logged in with: a password may stand there by mistake.
// "After this timestamp, a log in with the temporary password fails"
// (https://docs.aws.amazon.com/redshift/latest/APIReference/API_GetClusterCredentialsWithIAM.html).
func (p *Password) problem(given iam.Password, known bool, now time.Time) string {
	switch at := p.Endpoint; {
	case !known:
		return "the password is none that " + givers[at.Service].calls + " gave here"
	case given.Service != at.Service || given.Place != at.Name || given.Region != at.Region:
		return "the password is for " + placed(given.Service, given.Place, given.Region) + ", not for " + at.String()
	case at.Account != "" && given.Account != at.Account:
		return "the password is for a workgroup of the account " + given.Account + ", not of " + at.Account
	case given.User != p.User:
		return fmt.Sprintf("the password is for the user %q, and another name logs in", given.User)
	case given.Database != "" && p.Database != "" && given.Database != p.Database:
		return fmt.Sprintf("the password is for the database %q, and another is asked for", given.Database)
	case now.After(given.Until):
		return "the password ended at " + given.Until.UTC().Format(time.RFC3339)
	}
	return ""
}
