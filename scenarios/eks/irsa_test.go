package eks_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	. "github.com/hostproof/hostproof/scenarios/internal/suite"
)

var _ = Describe("IAM roles for service accounts", func() {
	for _, client := range Clients {
		It("give "+client.Name+" the role", func(ctx SpecContext) {
			r := Check(ctx, "eks-irsa", client.Subject(ctx), Claim{}, harness.RoleAllow("app", "s3:*"))
			GinkgoWriter.Println(r)
			Fail("look")
		})
	}
})
