package eks_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// What the agent itself does not see, the EKS Auth API does.
var _ = DescribeTable("EKS Pod Identity gives the AWS CLI nothing",
	func(ctx SpecContext, behaviour string, opt harness.Option) {
		r := suite.Check(ctx, pod, suite.Clients[1].Subject(ctx), suite.Claim{expect.NoCalls()}, suite.MayUseS3, opt)
		Expect(r.Failed()).To(BeTrue(), "%s", r)
		Expect(r.Lookups).NotTo(BeEmpty())
		Expect(r.Lookups[0].Behaviour).To(Equal(behaviour), "%s", r)
	},
	Entry("for a token that another key signed", "eks-pod-identity/refused", harness.TokenDefect("cluster",
		oidc.WrongKey)),
	Entry("for a token of IRSA, whose audience is STS", "eks-pod-identity/refused", harness.TokenClaims("cluster",
		map[string]any{"aud": "sts.amazonaws.com"})),
	Entry("to a service account without an association", "eks-pod-identity/no-association",
		harness.TokenClaims("cluster", map[string]any{"sub": "system:serviceaccount:default:other"})),
	Entry("when the role does not trust pods.eks.amazonaws.com", "eks-pod-identity/refused", harness.RoleTrust("app", `{"Version": "2012-10-17",
		"Statement": [{"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]}`)),
	Entry("while the agent has too many requests", "eks-pod-identity/limit", harness.EndpointFault("agent",
		fault.Throttle(99))),
)
