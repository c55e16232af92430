package codebuild_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var _ = Describe("the service role of a build", func() {
	may := harness.RoleAllow("service", "s3:*")

	for _, client := range suite.Clients {
		It("is found by "+client.Name, suite.Accepts("codebuild"), func(ctx SpecContext) {
			suite.Check(ctx, "codebuild", client.Subject(ctx), suite.AsRole(list, "codebuild-app-service-role",
				"AWSCodeBuild-00000000-0000-4000-8000-000000000002"),
				may, harness.Bucket("uploads"))
		})
		// A docker build has an environment of its own (aws/aws-codebuild-docker-images#179).
		It("is out of reach for "+client.Name+" in a docker build that was not passed the variable",
			suite.Refuses("codebuild"), func(ctx SpecContext) {
				suite.Check(ctx, "codebuild", client.Subject(ctx), suite.Claim{expect.NoCalls()}, may,
					harness.Unset("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
			})
	}
	It("is identified, and denied what no policy allows", suite.Refuses("codebuild"), func(ctx SpecContext) {
		suite.Check(ctx, "codebuild", suite.Clients[1].Subject(ctx), suite.Claim{expect.Refused(list, "AccessDenied"),
			expect.Diagnosed(diagnose.NotAllowed)})
	})
})
