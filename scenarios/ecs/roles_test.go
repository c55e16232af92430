package ecs_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const (
	list        = "s3:ListBuckets"
	session     = "0123456789abcdef0123456789abcdef"
	relativeURI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
)

var _ = Describe("the task role", func() {
	may, bucket := harness.RoleAllow("task", "s3:*"), harness.Bucket("uploads")
	works := suite.AsRole(list, "app-task", session)

	for _, client := range suite.Clients {
		It("is found by "+client.Name+" at the relative URI of Fargate", suite.Accepts("ecs-fargate"),
			func(ctx SpecContext) {
				suite.Check(ctx, "ecs-fargate", client.Subject(ctx), works, may, bucket)
			})
		It("wins over the instance's role for "+client.Name, suite.Accepts("ecs-ec2"), func(ctx SpecContext) {
			r := suite.Check(ctx, "ecs-ec2", client.Subject(ctx), works, may, bucket)
			for _, l := range r.Lookups {
				Expect(l.Endpoint).To(Equal("task"), "%s", l)
			}
		})
		It("arrives in the end for "+client.Name+", which asks again after a cold start's 503", func(ctx SpecContext) {
			r := suite.Check(ctx, "ecs-fargate", client.Subject(ctx), works, may, bucket,
				harness.EndpointFault("task", fault.Status(503, 1)))
			Expect(r.Lookups).To(HaveLen(2))
		})
		It("arrives in the end for "+client.Name+", which asks again after the agent's limit", func(ctx SpecContext) {
			suite.Check(ctx, "ecs-fargate", client.Subject(ctx), works, may, bucket,
				harness.EndpointFault("task", fault.Throttle(1)))
		})
	}
	It("is identified, and denied what no policy allows", suite.Refuses("ecs-fargate"), func(ctx SpecContext) {
		suite.Check(ctx, "ecs-fargate", suite.Clients[0].Subject(ctx), suite.Claim{expect.Refused(list, "AccessDenied"),
			expect.Diagnosed(diagnose.NotAllowed)})
	})
	// The library has no default chain: on a host whose credentials are at an
	// endpoint it finds none (vercel/ai#2780, vercel/ai#2216).
	It("is out of reach for the AI SDK's Bedrock provider left to itself", func(ctx SpecContext) {
		suite.Check(ctx, "ecs-fargate", suite.Subject(ctx, "node-ai-sdk", "--package", "4.0.186", "--strategy", "env"),
			suite.Never("AWS access key ID setting is missing"))
	})
})

var _ = Describe("a task without a task role", func() {
	without := harness.Unset(relativeURI)

	It("finds nothing on Fargate", suite.Refuses("ecs-fargate"), func(ctx SpecContext) {
		suite.Check(ctx, "ecs-fargate", suite.Clients[0].Subject(ctx),
			suite.Never("Could not load credentials from any providers"),
			without)
	})
	for _, client := range suite.Clients {
		// Whoever forgets the task role works with the node's permissions, and does
		// not notice before they change.
		It("runs with the role of its instance on EC2, for "+client.Name, func(ctx SpecContext) {
			suite.Check(ctx, "ecs-ec2", client.Subject(ctx), suite.AsRole(list, "ecsInstanceRole",
				"i-0123456789abcdef0"),
				without, harness.RoleAllow("instance", "s3:*"), harness.Bucket("uploads"))
		})
		It("is denied what the role of its instance may not do, for "+client.Name, suite.Refuses("ecs-ec2"),
			func(ctx SpecContext) {
				suite.Check(ctx, "ecs-ec2", client.Subject(ctx), suite.Claim{expect.Refused(list, "AccessDenied")},
					without,
					harness.RoleAllow("task", "s3:*"))
			})
	}
})

var _ = Describe("task metadata", func() {
	It("tells a program where it runs", func(ctx SpecContext) {
		program := suite.NodeScript(ctx, "node-aws-sdk", `
const task = await (await fetch(process.env.ECS_CONTAINER_METADATA_URI_V4 + '/task')).json();
const container = await (await fetch(process.env.ECS_CONTAINER_METADATA_URI_V4)).json();
console.log(task.Family, task.LaunchType, task.TaskARN, container.Name);`)
		r := suite.Check(ctx, "ecs-fargate", program, suite.Claim{expect.Succeeded(), expect.NoCalls()})
		Expect(string(r.Stdout)).To(Equal("app FARGATE arn:aws:ecs:us-east-1:111122223333:task/app/" + session +
			" app\n"))
	})
})
