package eks_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

const pod = "eks-pod-identity"

var _ = Describe("EKS Pod Identity", func() {
	for _, client := range suite.TokenClients {
		It("gives "+client.Name+" the role: the agent takes the service account's token", func(ctx SpecContext) {
			r := client.CheckToken(ctx, pod, suite.Claim{expect.Succeeded()}, suite.MayUseS3)
			Expect(r.Exchanges).To(HaveLen(1), "%s", r)
			Expect(r.Exchanges[0].Verdict.Principal).To(HavePrefix(suite.RoleARN("app", "eks-example-app-0-")))
		})
	}
	expired := harness.TokenDefect("cluster", oidc.Expired)

	It("refuses a token that has expired, and boto3 says so", func(ctx SpecContext) {
		suite.TokenClients[1].CheckToken(ctx, pod, suite.Claim{expect.NoCalls(),
			expect.FailedWith("400 from container metadata: Service account token failed basic claim validations: " +
				"token has invalid claims: token is expired")}, suite.MayUseS3, expired)
	})
	It("refuses it, and the AWS SDK for JavaScript v3 hides that behind another error", func(ctx SpecContext) {
		r := suite.TokenClients[0].CheckToken(ctx, pod, suite.Claim{expect.NoCalls()}, suite.MayUseS3, expired)
		Expect(r.Failed()).To(BeTrue(), "%s", r)
		Expect(string(r.Stderr)).NotTo(ContainSubstring("expired"), "%s", r.Stderr)
	})
})
