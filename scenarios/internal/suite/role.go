package suite

import (
	"context"

	"github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
)

// Clients are unmodified programs that leave their credentials to their SDK's
// default chain and list S3's buckets.
var Clients = []Client{
	{"the AWS SDK for JavaScript v3", func(ctx context.Context) *harness.CommandSubject {
		ginkgo.GinkgoHelper()
		return Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy", "env")
	}},
	{"the AWS CLI", func(ctx context.Context) *harness.CommandSubject {
		ginkgo.GinkgoHelper()
		return Tool(ctx, "python-boto3", "aws", "s3api", "list-buckets")
	}},
}

// Client is such a program.
type Client struct {
	Name    string
	Subject func(context.Context) *harness.CommandSubject
}

// RoleARN is the principal of a role's session in the project's account.
func RoleARN(role, session string) string {
	return "arn:aws:sts::" + harness.DefaultAccount + ":assumed-role/" + role + "/" + session
}

// AsRole claims that the call works, as a session of the host's role.
func AsRole(call, role, session string) Claim {
	return Claim{expect.Succeeded(), expect.Accepted(call, RoleARN(role, session))}
}
