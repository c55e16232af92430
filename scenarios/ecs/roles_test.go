package ecs_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	. "github.com/hostproof/hostproof/scenarios/internal/suite"
)

const (
	list    = "s3:ListBuckets"
	session = "0123456789abcdef0123456789abcdef"
)

var _ = Describe("the task role", func() {
	may := harness.RoleAllow("task", "s3:*")

	for _, client := range Clients {
		It("is found by "+client.Name+" at the relative URI of Fargate", func(ctx SpecContext) {
			Check(ctx, "ecs-fargate", client.Subject(ctx), AsRole(list, "app-task", session), may, harness.Bucket("uploads"))
		})
		It("wins over the instance's role for "+client.Name, func(ctx SpecContext) {
			Check(ctx, "ecs-ec2", client.Subject(ctx), AsRole(list, "app-task", session), may, harness.Bucket("uploads"))
		})
		It("is the build's role for "+client.Name+" in CodeBuild", func(ctx SpecContext) {
			Check(ctx, "codebuild", client.Subject(ctx), AsRole(list, "codebuild-app-service-role", "AWSCodeBuild-00000000-0000-4000-8000-000000000002"),
				harness.RoleAllow("service", "s3:*"), harness.Bucket("uploads"))
		})
	}
	It("is identified, and denied what no policy allows", func(ctx SpecContext) {
		Check(ctx, "ecs-fargate", Clients[0].Subject(ctx), Claim{expect.Refused(list, "AccessDenied"), expect.Diagnosed(harness.NotAllowed)})
	})
	// The library has no default chain: on a host whose credentials are at an
	// endpoint it finds none (vercel/ai#2780, vercel/ai#2216).
	It("is out of reach for the AI SDK's Bedrock provider left to itself", func(ctx SpecContext) {
		Check(ctx, "ecs-fargate", Subject(ctx, "node-ai-sdk", "--package", "4.0.186", "--strategy", "env"), Never("AWS access key ID setting is missing"))
	})
})
