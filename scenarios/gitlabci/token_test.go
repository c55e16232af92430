package gitlabci_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const (
	host = "gitlab-ci"
	list = "s3:ListBuckets"
)

// A profile leads to the token that the job wrote to a file, so that no program
// needs to know of GitLab.
var _ = Describe("the profile of a job", func() {
	subject := "web identity project_path:acme/app:ref_type:branch:ref:main of https://gitlab.com"
	works := suite.Claim{
		expect.Accepted(suite.Exchange, subject),
		expect.Accepted(list, suite.RoleARN("app", "run-1")),
	}
	for _, client := range suite.TokenClients {
		It("gives "+client.Name+" the role", func(ctx SpecContext) {
			client.CheckToken(ctx, host, works, suite.MayUseS3)
		})
	}
	for _, bad := range suite.BadTokens("gitlab") {
		It("is refused with a token "+bad.What, func(ctx SpecContext) { bad.Check(ctx, host, suite.TokenClients[0]) })
	}
	DescribeTable("does not let in",
		func(ctx SpecContext, claims map[string]any) {
			suite.TokenClients[0].CheckToken(ctx, host, suite.NotTrusted, suite.MayUseS3,
				harness.TokenClaims("gitlab", claims))
		},
		Entry("another branch", map[string]any{"sub": "project_path:acme/app:ref_type:branch:ref:feature"}),
		Entry("another project", map[string]any{"sub": "project_path:acme/other:ref_type:branch:ref:main"}),
	)
})
