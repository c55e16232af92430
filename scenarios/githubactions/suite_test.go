package githubactions_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestGitHubActions(t *testing.T) { suite.Run(t, "GitHub Actions", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"has the role's session in the environment of the AWS CLI", "that asks for the token itself.* gets the role",
	"gets no token without the permission", "is refused a token for another audience", "another repository is not",
	"is no token to the AI SDK", "would be the earlier role's",
}

// configure-aws-credentials, given static keys after a role was assumed in the
// same job, sets AWS_SESSION_TOKEN to the empty string; it cannot unset it
// (aws-actions/configure-aws-credentials). Whoever takes "" for a token is lost.
var _ = Describe("an empty AWS_SESSION_TOKEN", func() {
	const list = "s3:ListBuckets"
	for _, client := range suite.Clients {
		It("is no token to "+client.Name, func(ctx SpecContext) {
			suite.Check(ctx, "github-actions-static-after-role", client.Subject(ctx), suite.AcceptedAsUser(list),
				harness.Bucket("uploads"))
		})
	}
	It("is no token to the AI SDK's Bedrock provider", func(ctx SpecContext) {
		suite.Check(ctx, "github-actions-static-after-role", suite.Subject(ctx, "node-ai-sdk", "--package", "3.0.70",
			"--strategy",
			"env"), suite.AcceptedAsUser("bedrock:Converse"))
	})
	It("would be the earlier role's if it were left: the key is then refused", func(ctx SpecContext) {
		suite.Check(ctx, "github-actions-static-after-role", suite.Clients[0].Subject(ctx), suite.Claim{
			expect.Refused(list, "InvalidToken"), expect.MixedCredentials("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"),
		}, harness.Set("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjEARLIERROLE"))
	})
})
