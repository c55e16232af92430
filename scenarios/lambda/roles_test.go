package lambda_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var _ = Describe("the execution role of a function", func() {
	may := harness.RoleAllow("execution", "s3:*")
	works := suite.AsRole(list, "app-execution", "app")

	for _, client := range suite.Clients {
		It("is found by "+client.Name+" in the environment", suite.Accepts("lambda"), func(ctx SpecContext) {
			suite.Check(ctx, "lambda", client.Subject(ctx), works, may, harness.Bucket("uploads"))
		})
		It("is found by "+client.Name+" at the endpoint of a restored function, where no variable has it",
			suite.Accepts("lambda-snapstart"), func(ctx SpecContext) {
				r := suite.Check(ctx, "lambda-snapstart", client.Subject(ctx), works, may, harness.Bucket("uploads"))
				Expect(r.Lookups).To(HaveLen(1))
			})
		It("is refused to "+client.Name+" by the endpoint for another token", suite.Refuses("lambda-snapstart"),
			func(ctx SpecContext) {
				// The project's settings cannot change what Lambda sets; the code can.
				subject := client.Subject(ctx)
				subject.Argv = append([]string{"env", "AWS_CONTAINER_AUTHORIZATION_TOKEN=of-another-function"},
					subject.Argv...)
				r := suite.Check(ctx, "lambda-snapstart", subject, suite.Claim{expect.NoCalls()}, may)
				Expect(r.Failed()).To(BeTrue())
				for _, l := range r.Lookups {
					Expect(l.Behaviour).To(Equal("snapstart/token"), "%s", l)
				}
			})
	}
	It("arrives although the endpoint drops the first connection", func(ctx SpecContext) {
		suite.Check(ctx, "lambda-snapstart", suite.Clients[0].Subject(ctx), works, may, harness.Bucket("uploads"),
			harness.EndpointFault("credentials", fault.Reset(1)))
	})
	It("may do nothing unless a policy says so", suite.Refuses("lambda"), func(ctx SpecContext) {
		suite.Check(ctx, "lambda", suite.Clients[0].Subject(ctx), suite.Claim{expect.Refused(list, "AccessDenied"),
			expect.Diagnosed(diagnose.NotAllowed, "AWS_ACCESS_KEY_ID")})
	})
	It("lends its token to a user's key in a library that takes the token from the environment",
		suite.Refuses("lambda"),
		func(ctx SpecContext) {
			suite.Check(ctx, "lambda", suite.Subject(ctx, "node-ai-sdk", "--package", "3.0.70", "--strategy",
				"explicit"),
				suite.ForeignToken("bedrock:Converse", suite.KeyVariable))
		})
	It("is out of reach of a library that reads variables only, in a restored function",
		suite.Refuses("lambda-snapstart"),
		func(ctx SpecContext) {
			suite.Check(ctx, "lambda-snapstart", suite.Subject(ctx, "node-ai-sdk", "--package", "4.0.186", "--strategy",
				"env"),
				suite.Never("AWS access key ID setting is missing"))
		})
})
