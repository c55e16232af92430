package netlify_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var _ = Describe("a function on Netlify", func() {
	explicit := func(ctx SpecContext) *harness.CommandSubject {
		return suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy",
			"explicit")
	}
	It("is accepted with keys under names of its own that it passes explicitly", suite.Accepts("netlify"),
		func(ctx SpecContext) {
			suite.Check(ctx, "netlify", explicit(ctx), suite.AcceptedAsUser(list), harness.Bucket("uploads"))
		})
	for _, client := range suite.Clients {
		It("meets the platform's credentials, which may do nothing, when "+client.Name+" is left to itself",
			suite.Refuses("netlify"), func(ctx SpecContext) {
				suite.Check(ctx, "netlify", client.Subject(ctx), suite.Claim{expect.Refused(list, "AccessDenied")})
			})
	}
	It("mixes its own key with the platform's token in a library that takes the token from the environment",
		suite.Refuses("netlify"), func(ctx SpecContext) {
			suite.Check(ctx, "netlify", suite.Subject(ctx, "node-ai-sdk", "--package", "3.0.70", "--strategy",
				"explicit"),
				suite.ForeignToken("bedrock:Converse", suite.KeyVariable))
		})
})
