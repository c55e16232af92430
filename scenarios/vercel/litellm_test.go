package vercel_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The newest LiteLLM takes AWS_SESSION_TOKEN along with explicit keys for a call of
// STS, too:
// https://github.com/BerriAI/litellm/blob/main/litellm/llms/bedrock/base_aws_llm.py
var _ = Describe("a role that LiteLLM is to assume with a user's key", func() {
	It("is not reached with the platform's token", func(ctx SpecContext) {
		suite.NeedIsolation(ctx, isolation.Sandbox) // it reads no endpoint variable
		suite.Check(ctx, "vercel", suite.Subject(ctx, "python-litellm", "--strategy", "explicit", "--role",
			"arn:aws:iam::"+
				harness.DefaultAccount+":role/models"),
			suite.Claim{expect.Refused("sts:AssumeRole", "InvalidClientTokenId"),
				expect.MixedCredentials(suite.KeyVariable,
					"AWS_SESSION_TOKEN")},
			harness.WithIsolation(isolation.Sandbox))
	})
})
