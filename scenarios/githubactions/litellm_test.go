package githubactions_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

var _ = Describe("a step with LiteLLM", func() {
	It("gets the role by itself, with GitHub's token for the audience that it names", func(ctx SpecContext) {
		suite.NeedIsolation(ctx, isolation.Sandbox) // it reads no endpoint variable
		suite.Check(ctx, host, suite.Subject(ctx, "python-litellm", "--strategy", "chain",
			"--role", "arn:aws:iam::"+harness.DefaultAccount+":role/deploy", "--web-identity",
			"oidc/github/sts.amazonaws.com"),
			suite.AsRole("bedrock:Converse", "deploy", "litellm").With(expect.Accepted(suite.Exchange, "web identity "+
				onMain+
				" of "+issuer)),
			harness.WithIsolation(isolation.Sandbox), harness.RoleAllow("deploy", "bedrock:InvokeModel"))
	})
})
