package apprunner_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var _ = Describe("the instance role of a service", func() {
	may := harness.RoleAllow("instance", "s3:*")

	for _, client := range suite.Clients {
		It("is found by "+client.Name, suite.Accepts("app-runner"), func(ctx SpecContext) {
			suite.Check(ctx, "app-runner", client.Subject(ctx), suite.AsRole(list, "app-instance", "app-runner"), may,
				harness.Bucket("uploads"))
		})
		// The mistake of awslabs/amazon-app-runner-deploy#43: the role that lets App
		// Runner pull the image is not the one that the program runs with.
		It("gives "+client.Name+" nothing when it trusts build.apprunner.amazonaws.com, the other service",
			suite.Refuses("app-runner"), func(ctx SpecContext) {
				suite.Check(ctx, "app-runner", client.Subject(ctx), suite.Claim{expect.NoCalls()}, may, harness.RoleTrust("instance", `{"Version": "2012-10-17",
				"Statement": [{"Effect": "Allow", "Principal": {"Service": "build.apprunner.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`))
			})
	}
	It("is identified, and denied what no policy allows", suite.Refuses("app-runner"), func(ctx SpecContext) {
		suite.Check(ctx, "app-runner", suite.Clients[0].Subject(ctx), suite.Claim{expect.Refused(list, "AccessDenied"),
			expect.Diagnosed(diagnose.NotAllowed)})
	})
})
