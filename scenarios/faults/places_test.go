package faults_test

import (
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/mockaws/fault"
)

// limit is the time of a program that would wait for ever, or for so long that it
// makes no difference.
const limit = 15 * time.Second

// settings are those of every spec. Two attempts are what every SDK takes from
// the environment.
var settings = []harness.Option{
	harness.Set("AWS_REGION", "us-east-1"), harness.Set("AWS_DEFAULT_REGION", "us-east-1"),
	harness.Set("AWS_MAX_ATTEMPTS", "2"), harness.Set("AWS_RETRY_MODE", "standard"),
}

// place is where a fault strikes.
type place struct {
	name    string
	host    string
	options []harness.Option // that make calls work there
	fault   func(fault.Fault) harness.Option
}

const roleDocuments = "/latest/meta-data/iam/security-credentials/"

func atEndpoint(endpoint, method, path string) func(fault.Fault) harness.Option {
	return func(f fault.Fault) harness.Option { return harness.EndpointFault(endpoint, f.At(method, path)) }
}

func ofCall(call string) func(fault.Fault) harness.Option {
	return func(f fault.Fault) harness.Option { return harness.Fault(call, f) }
}

func ofName(name string) func(fault.Fault) harness.Option {
	return func(f fault.Fault) harness.Option { return harness.NameFault(name, f) }
}

var (
	onEC2    = []harness.Option{harness.RoleAllow("instance", "s3:*")}
	inTask   = []harness.Option{harness.RoleAllow("task", "s3:*")}
	inPod    = []harness.Option{harness.RoleAllow("app", "s3:*")}
	onLaptop = []harness.Option{harness.RoleAllow("developer", "s3:*")}
	withKeys = []harness.Option{harness.User("app", harness.Allow("s3:*"), harness.KeyAs("AWS_ACCESS_KEY_ID",
		"AWS_SECRET_ACCESS_KEY"))}
	imdsToken = place{"the token of instance metadata", "ec2", onEC2, atEndpoint("imds", "PUT", "/latest/api/token")}
	imdsName  = place{"the role's name of instance metadata", "ec2", onEC2, atEndpoint("imds", "GET", roleDocuments)}
	imdsKeys  = place{"the credentials of instance metadata", "ec2", onEC2, atEndpoint("imds", "GET", roleDocuments+
		"app-instance")}
	ecsTask = place{"the container endpoint of ECS", "ecs-fargate", inTask, atEndpoint("task", "",
		"/v2/credentials/*")}
	podAgent  = place{"the agent of EKS Pod Identity", "eks-pod-identity", inPod, atEndpoint("agent", "", "")}
	webToken  = place{"AssumeRoleWithWebIdentity", "eks-irsa", inPod, ofCall("sts:AssumeRoleWithWebIdentity")}
	ssoPortal = place{"the portal of IAM Identity Center", "local-sso", onLaptop, atEndpoint("portal", "", "")}
	theCall   = place{"the call itself", "local", withKeys, ofCall("s3:ListBuckets")}
	stsName   = place{"the name of STS", "eks-irsa", inPod, ofName("sts.us-east-1.amazonaws.com")}
	ssoName   = place{"the name of IAM Identity Center's portal", "local-sso", onLaptop,
		ofName("portal.sso.us-east-1.amazonaws.com")}
	s3Name   = place{"the name of S3", "local", withKeys, ofName("s3*.amazonaws.com")}
	taskCall = place{"the call as a role", "ecs-fargate", inTask, ofCall("s3:ListBuckets")}
	issuer   = place{"the keys of the token's issuer", "eks-irsa", inPod, ofCall("oidc:*")}
)

// always is a count that no program gets through.
const always = 99

// kinds are the faults, by the name of their rows.
var kinds = map[string][]fault.Fault{
	"throttled":                  {fault.Throttle(always)},
	"503":                        {fault.Status(503, always)},
	"503 once":                   {fault.Status(503, 1)},
	"403":                        {fault.Status(403, always)},
	"reset":                      {fault.Reset(always)},
	"truncated":                  {fault.Truncate(always)},
	"malformed":                  {fault.Malformed(always)},
	"hanging":                    {fault.Hang(always)},
	"stale on the first request": {fault.Stale(1)},
	"no such name":               {fault.NXDomain(always)},
	"a resolver that fails":      {fault.ServFail(always)},
	"revoked before the call":    {fault.Revoke(1)},
	"revoked between attempts":   {fault.Status(503, 1), fault.Revoke(1)},
}

func (p place) faults(kind string) (opts []harness.Option) {
	for _, f := range kinds[kind] {
		opts = append(opts, p.fault(f))
	}
	return opts
}
