// Package connect has the services that are not called: databases, caches and brokers that
// take a presigned request in place of a password, and Redshift, which takes a password that
// a call of AWS gave.
package connect

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Request is a token, taken apart.
type Request struct {
	URL *url.URL
	// Header is signed, and no part of the token: the name of a cluster of EKS.
	Header http.Header
	// Password is what Redshift is shown in place of a token; nil for a token.
	Password *Password
	// Service and Operation are nil for EKS, whose tokens are calls of STS.
	Service   *service.Service
	Operation *service.Operation
	Input     protocol.Input
}

const eksPrefix = "k8s-aws-v1."

// Read takes a login apart. Its error says why the token is none, or what is missing.
func Read(login Login) (*Request, error) {
	if login.Password != "" || login.Host != "" {
		return readPassword(login)
	}
	text, eks := strings.CutPrefix(login.Token, eksPrefix)
	if eks {
		return readEKS(text, login.Resource)
	}
	if !strings.Contains(text, "?") {
		decoded, err := decode(text)
		if err != nil {
			return nil, errors.New("the token is neither a presigned request nor one in base64")
		}
		text = decoded
	}
	u, err := address(text)
	if err != nil {
		return nil, err
	}
	if first, after, ok := strings.Cut(u.RawQuery, "&User-Agent="); ok && !strings.Contains(after, "&") {
		u.RawQuery = first // MSK's libraries append it to what was signed
	}
	query := u.Query()
	parts := strings.Split(query.Get("X-Amz-Credential"), "/")
	if len(parts) != 5 {
		return nil, errors.New("the token has no X-Amz-Credential with a scope of four parts")
	}
	kind, ok := kinds[parts[3]]
	if !ok {
		return nil, fmt.Errorf("the token is signed for %q, which no database, cache or broker here takes", parts[3])
	}
	if kind.needs != "" && login.Resource == "" {
		return nil, fmt.Errorf("resource is missing: %s, which the token does not name", kind.needs)
	}
	op, err := kind.operation(query.Get("Action"))
	if err != nil {
		return nil, err
	}
	return &Request{URL: u, Service: kind.service, Operation: op, Input: protocol.Input{Query: query,
		Labels: map[string]string{"resource": login.Resource, "user": login.User, "host": u.Hostname()}}}, nil
}

func decode(text string) (string, error) {
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	return string(data), err
}

func address(text string) (*url.URL, error) {
	if !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Fragment != "" {
		return nil, errors.New("the token is no presigned request such as host:port/?Action=connect&X-Amz-…")
	}
	return u, nil
}

// readEKS takes apart a token of aws eks get-token, as the server that is sent one does
// (https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go).
func readEKS(text, cluster string) (*Request, error) {
	if cluster == "" {
		return nil, errors.New("resource is missing: the name of the cluster, which the token does not name")
	}
	decoded, err := decode(text)
	if err != nil {
		return nil, errors.New("what follows " + eksPrefix + " in the token is not base64")
	}
	u, err := address(decoded)
	if err != nil {
		return nil, err
	}
	query := u.Query()
	signed := strings.Split(query.Get("X-Amz-SignedHeaders"), ";")
	switch {
	case u.Scheme != "https" || u.Path != "/" || !strings.HasPrefix(u.Host, "sts."):
		return nil, errors.New("the token is no call of https://sts.…/")
	case query.Get("Action") != "GetCallerIdentity":
		return nil, errors.New("the token is no call of GetCallerIdentity")
	case !slices.Contains(signed, clusterHeader):
		return nil, errors.New("the token's signature does not cover the header " + clusterHeader)
	}
	for name, values := range query {
		if !allowed[strings.ToLower(name)] || len(values) != 1 {
			return nil, fmt.Errorf("the token has the parameter %q, which a token may not have, or has twice", name)
		}
	}
	if n, err := strconv.Atoi(query.Get("X-Amz-Expires")); err != nil || n < 0 || n > 900 {
		return nil, fmt.Errorf("X-Amz-Expires of the token is %q, not from 0 to 900", query.Get("X-Amz-Expires"))
	}
	return &Request{URL: u, Header: http.Header{"X-K8s-Aws-Id": {cluster}}}, nil
}

const clusterHeader = "x-k8s-aws-id"

// allowed are the parameters of a token of EKS, in lower case.
var allowed = map[string]bool{"action": true, "version": true, "x-amz-algorithm": true, "x-amz-credential": true,
	"x-amz-date": true, "x-amz-expires": true, "x-amz-security-token": true, "x-amz-signature": true,
	"x-amz-signedheaders": true}

// kind is a service that takes tokens.
type kind struct {
	service *service.Service
	needs   string // what Login.Resource has to name, "" for nothing
	prefix  string // of the operation's name in a token's parameter Action
}

// operation is the one that a token's parameter Action names.
func (k kind) operation(name string) (*service.Operation, error) {
	var names []string
	for i := range k.service.Operations {
		op := &k.service.Operations[i]
		if k.prefix+op.Name == name {
			return op, nil
		}
		names = append(names, k.prefix+op.Name)
	}
	return nil, fmt.Errorf("the token's Action is %q; of %s it is %s", name, k.service.ID, strings.Join(names, " or "))
}

// kinds are by the service in the credential scope.
var kinds = map[string]kind{
	// https://docs.aws.amazon.com/service-authorization/latest/reference/list_rds-db.html
	"rds-db": {service: of("RDS IAM Authentication", "rds-db", false, service.Operation{Name: "connect",
		Action: "rds-db:connect", Find: forUser("DBUser"), Resource: func(c *service.Call) string {
			return c.ARN("rds-db", "dbuser:"+c.Input.Labels["resource"]+"/"+c.Input.Query.Get("DBUser"))
		}}), needs: "the DbiResourceId of the database, db-ABCDEFGHIJKL01234"},
	// https://docs.aws.amazon.com/aurora-dsql/latest/userguide/authentication-authorization.html;
	// tokens live as long as they say, a week at most, says SECTION_authentication-token there.
	"dsql": {service: of("Aurora DSQL", "dsql", true,
		service.Operation{Name: "DbConnect", Action: "dsql:DbConnect", Find: asAdmin(false), Resource: dsqlCluster},
		service.Operation{Name: "DbConnectAdmin", Action: "dsql:DbConnectAdmin", Find: asAdmin(true),
			Resource: dsqlCluster})},
	// https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
	"kafka-cluster": {service: of("MSK", "kafka-cluster", false, service.Operation{Name: "Connect",
		Action: "kafka-cluster:Connect", Resource: func(c *service.Call) string {
			return c.ARN("kafka", "cluster/"+c.Input.Labels["resource"])
		}}), needs: "the name and id of the cluster, orders/0b1c2d3e-7", prefix: "kafka-cluster:"},
	// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
	"elasticache": {service: of("ElastiCache", "elasticache", false, service.Operation{Name: "connect",
		Action: "elasticache:Connect", Find: forUser("User"), Resource: cache, Handle: letIn(cacheUser)})},
}

// of is a service that is known by its tokens. How it refuses one is known to its clients
// alone, so no refusal here claims to be its own.
func of(id, name string, obeysExpires bool, ops ...service.Operation) *service.Service {
	for i := range ops {
		ops[i].DataEvent = true
		if ops[i].Handle == nil {
			ops[i].Handle = letIn(func(*service.Call) error { return nil })
		}
	}
	return &service.Service{ID: id, EndpointPrefix: name, SigningName: name, EventSource: name + ".amazonaws.com",
		Dialect:    protocol.Dialect{Protocol: protocol.RESTJSON, Errors: protocol.Tabulate(protocol.RESTJSONRows)},
		SkewWindow: 15 * time.Minute, ObeysExpires: obeysExpires, Unlisted: true, Operations: ops}
}

// forUser wants a token for a user, and for the one who logs in.
func forUser(parameter string) func(*service.Call) error {
	return func(c *service.Call) error {
		of, wanted := c.Input.Query.Get(parameter), c.Input.Labels["user"]
		switch {
		case of == "":
			return refused("the token has no " + parameter)
		case wanted != "" && of != wanted:
			return refused(fmt.Sprintf("the token is for the user %q, not for %q", of, wanted))
		}
		return nil
	}
}

// asAdmin wants the action that belongs to the role: "admin" has one of its own.
func asAdmin(admin bool) func(*service.Call) error {
	return func(c *service.Call) error {
		if user := c.Input.Labels["user"]; user != "" && (user == "admin") != admin {
			return refused(fmt.Sprintf("the token is for %s, which is not the action for the role %q",
				c.Operation.Action, user))
		}
		return nil
	}
}

func refused(problem string) error {
	return verdict.Because(verdict.StageAuthorize, verdict.BadRequest{Problem: problem}, problem)
}

func dsqlCluster(c *service.Call) string {
	id, _, _ := strings.Cut(c.Input.Labels["host"], ".")
	return c.ARN("dsql", "cluster/"+id)
}

// cache is what a token of ElastiCache is for: it names the cache as its host.
func cache(c *service.Call) string {
	kind := "replicationgroup:"
	if c.Input.Query.Get("ResourceType") == "ServerlessCache" {
		kind = "serverlesscache:"
	}
	return c.ARN("elasticache", kind+c.Input.Labels["host"])
}

// cacheUser asks for the second of the two things that a policy has to allow: the user.
func cacheUser(c *service.Call) error {
	return c.Authorize(c.Operation.Action, c.ARN("elasticache", "user:"+c.Input.Query.Get("User")), nil)
}

// letIn is the handler that answers with nothing where a last check finds nothing.
func letIn(last func(*service.Call) error) service.Handler {
	return func(c *service.Call) (any, error) {
		if err := last(c); err != nil {
			return nil, err
		}
		return struct{}{}, nil
	}
}
