package eks_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/gosdk"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const (
	list   = "s3:ListBuckets"
	irsa   = "eks-irsa"
	asPod  = "system:serviceaccount:default:app"
	issuer = "https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
)

var _ = Describe("IAM roles for service accounts", func() {
	works := suite.Claim{expect.Accepted(suite.Exchange, "web identity "+asPod+" of "+issuer),
		expect.Accepted(list, suite.RoleARN("app", "run-1"))}

	for _, client := range suite.TokenClients {
		Context(client.Name, func() {
			It("finds the token file and gets the role", func(ctx SpecContext) {
				client.CheckToken(ctx, irsa, works,
					suite.MayUseS3)
			})

			It("gets the role, and no permission that no policy gives it", func(ctx SpecContext) {
				client.CheckToken(ctx, irsa, suite.Claim{expect.Accepted(suite.Exchange, "web identity "+asPod+" of "+
					issuer),
					expect.Refused(list, "AccessDenied")})
			})
			for _, bad := range client.BadTokens("cluster") {
				It("is refused a token "+bad.What, func(ctx SpecContext) { bad.Check(ctx, irsa, client) })
			}
			DescribeTable("is not let in",
				func(ctx SpecContext, opt harness.Option) {
					client.CheckToken(ctx, irsa, suite.NotTrusted, suite.MayUseS3, opt)
				},
				Entry("as another service account", harness.TokenClaims("cluster",
					map[string]any{"sub": "system:serviceaccount:default:other"})),
				Entry("from another namespace", harness.TokenClaims("cluster",
					map[string]any{"sub": "system:serviceaccount:kube-system:app"})),
				Entry("by a trust policy that names another cluster", harness.RoleTrust("app", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
					"Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/OTHER"}, "Action": "sts:AssumeRoleWithWebIdentity"}]}`)),
				Entry("by a trust policy for AssumeRole alone", harness.RoleTrust("app", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
					"Principal": {"Federated": "${issuer.cluster.arn}"}, "Action": "sts:AssumeRole"}]}`)),
			)
		})
	}

	It("is taken by the AWS SDK for Go v2", func(ctx SpecContext) {
		suite.Check(ctx, irsa, gosdk.WhoAmI(gosdk.Env), suite.Claim{expect.Succeeded(),
			expect.Accepted("sts:GetCallerIdentity",
				suite.RoleARN("app", "run-1"))},
			harness.Set("AWS_ROLE_SESSION_NAME", "run-1"))
	})
})
