package fly_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/gosdk"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestFly(t *testing.T) { suite.Run(t, "Fly.io", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"gives boto3 the role", "gives the AWS SDK for Go v2 the role", "is refused with a token that has expired",
	"does not let in another app", "may not be there yet",
}

const (
	host = "fly"
	list = "s3:ListBuckets"
)

// A Machine whose project sets AWS_ROLE_ARN finds a token file that Fly.io's init
// wrote: no SDK needs to know of Fly.io.
var _ = Describe("the token file of a Machine", func() {
	works := suite.Claim{expect.Accepted(suite.Exchange, "web identity acme:app:machine of https://oidc.fly.io/acme"),
		expect.Accepted(list, suite.RoleARN("app", "run-1"))}

	for _, client := range suite.TokenClients {
		It("gives "+client.Name+" the role", func(ctx SpecContext) {
			client.CheckToken(ctx, host, works,
				suite.MayUseS3)
		})
	}
	for _, bad := range suite.BadTokens("fly") {
		It("is refused with a token "+bad.What, func(ctx SpecContext) { bad.Check(ctx, host, suite.TokenClients[0]) })
	}
	It("gives the AWS SDK for Go v2 the role, under the session name that Fly.io sets", func(ctx SpecContext) {
		suite.Check(ctx, host, gosdk.WhoAmI(gosdk.Env), suite.Claim{expect.Succeeded(),
			expect.Accepted("sts:GetCallerIdentity",
				suite.RoleARN("app", "app-00000000000000"))})
	})

	DescribeTable("does not let in",
		func(ctx SpecContext, opt harness.Option) {
			suite.TokenClients[0].CheckToken(ctx, host, suite.NotTrusted, suite.MayUseS3, opt)
		},
		Entry("another app of the organisation", harness.TokenClaims("fly", map[string]any{"sub": "acme:other:machine",
			"app_name": "other"})),
		Entry("any Machine but the one that the trust policy names", harness.RoleTrust("app", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
			"Principal": {"Federated": "${issuer.fly.arn}"}, "Action": "sts:AssumeRoleWithWebIdentity",
			"Condition": {"StringEquals": {"${issuer.fly.host}:sub": "acme:app:another"}}}]}`)),
	)

	// The variable names the file whether or not it is there.
	It("may not be there yet when the program starts: the SDK for JavaScript says ENOENT and looks no further",
		func(ctx SpecContext) {
			suite.TokenClients[0].CheckToken(ctx, host, suite.Claim{expect.NoCalls(), expect.FailedWith("ENOENT")},
				suite.MayUseS3,
				harness.Set("AWS_WEB_IDENTITY_TOKEN_FILE", "/.fly/not-yet"))
		})
})
