package elasticbeanstalk_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var _ = Describe("the instance profile of an environment", func() {
	may := harness.RoleAllow("instance", "s3:*")
	region := harness.Set("AWS_REGION", "us-east-1")
	cliRegion := harness.Set("AWS_DEFAULT_REGION", "us-east-1")

	for _, client := range suite.Clients {
		It("is found by "+client.Name, suite.Accepts("elastic-beanstalk"), func(ctx SpecContext) {
			suite.Check(ctx, "elastic-beanstalk", client.Subject(ctx),
				suite.AsRole(list, "aws-elasticbeanstalk-ec2-role",
					"i-0123456789abcdef0"),
				may, region, cliRegion, harness.Bucket("uploads"))
		})
		It("gives "+client.Name+" nothing where the environment was made without one",
			suite.Refuses("elastic-beanstalk"),
			func(ctx SpecContext) {
				suite.Check(ctx, "elastic-beanstalk", client.Subject(ctx), suite.Claim{expect.NoCalls()},
					harness.WithoutRole("metadata"), region, cliRegion)
			})
	}
	It("is identified, and denied what no policy allows", suite.Refuses("elastic-beanstalk"), func(ctx SpecContext) {
		suite.Check(ctx, "elastic-beanstalk", suite.Clients[0].Subject(ctx),
			suite.Claim{expect.Refused(list, "AccessDenied"),
				expect.Diagnosed(diagnose.NotAllowed)}, region)
	})
})
