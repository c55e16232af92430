package ec2_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	. "github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var region = harness.Set("AWS_REGION", "us-east-1")

var _ = Describe("the instance profile", func() {
	may := harness.RoleAllow("instance", "s3:*")
	works := AsRole(list, "app-instance", "i-0123456789abcdef0")

	for _, client := range Clients {
		It("is found by "+client.Name+" with a token (IMDSv2)", func(ctx SpecContext) {
			Check(ctx, "ec2", client.Subject(ctx), works, may, region, harness.Set("AWS_DEFAULT_REGION", "us-east-1"), harness.Bucket("uploads"))
		})
		It("is found by "+client.Name+" where tokens are optional", func(ctx SpecContext) {
			Check(ctx, "ec2-imdsv1", client.Subject(ctx), works, may, region, harness.Set("AWS_DEFAULT_REGION", "us-east-1"), harness.Bucket("uploads"))
		})
	}
	It("is out of reach in a container one hop too far: the token request is never answered", func(ctx SpecContext) {
		Check(ctx, "ec2-hop-limit", Clients[0].Subject(ctx), Claim{expect.FailedWith("Could not load credentials from any providers"), expect.NoCalls()}, may, region)
	})
	It("is identified, and denied what no policy allows", func(ctx SpecContext) {
		Check(ctx, "ec2", Clients[0].Subject(ctx), Claim{expect.Refused(list, "AccessDenied"), expect.Diagnosed(harness.NotAllowed)}, region)
	})
})
