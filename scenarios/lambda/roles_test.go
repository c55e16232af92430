package lambda_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	. "github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var _ = Describe("the execution role of a function", func() {
	may := harness.RoleAllow("execution", "s3:*")
	works := AsRole(list, "app-execution", "app")

	for _, client := range Clients {
		It("is found by "+client.Name+" in the environment", func(ctx SpecContext) {
			Check(ctx, "lambda", client.Subject(ctx), works, may, harness.Bucket("uploads"))
		})
		It("is found by "+client.Name+" at the endpoint of a restored function, where no variable has it", func(ctx SpecContext) {
			Check(ctx, "lambda-snapstart", client.Subject(ctx), works, may, harness.Bucket("uploads"))
		})
	}
	It("may do nothing unless a policy says so", func(ctx SpecContext) {
		Check(ctx, "lambda", Clients[0].Subject(ctx), Claim{expect.Refused(list, "AccessDenied"), expect.Diagnosed(harness.NotAllowed, "AWS_ACCESS_KEY_ID")})
	})
	It("lends its token to a user's key in a library that takes the token from the environment", func(ctx SpecContext) {
		Check(ctx, "lambda", Subject(ctx, "node-ai-sdk", "--package", "3.0.70", "--strategy", "explicit"), ForeignToken("bedrock:Converse", KeyVariable))
	})
})
