package lambda_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// https://github.com/BerriAI/litellm/blob/main/litellm/llms/bedrock/base_aws_llm.py
var _ = Describe("LiteLLM that is told to assume the function's own role with a user's key", func() {
	It("uses neither the key nor a session of its own, but what the function has", func(ctx SpecContext) {
		suite.NeedIsolation(ctx, isolation.Sandbox) // it reads no endpoint variable
		r := suite.Check(ctx, "lambda", suite.Subject(ctx, "python-litellm", "--strategy", "explicit", "--role",
			"arn:aws:iam::"+
				harness.DefaultAccount+":role/app-execution"),
			suite.AsRole("bedrock:Converse", "app-execution", "app").With(expect.Accepted("sts:GetCallerIdentity",
				suite.RoleARN("app-execution", "app"))),
			harness.WithIsolation(isolation.Sandbox), harness.RoleAllow("execution", "bedrock:InvokeModel"))
		Expect(r.Calls("sts:AssumeRole")).To(BeEmpty())
	})
})
