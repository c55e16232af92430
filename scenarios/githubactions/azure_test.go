package githubactions_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// GitHub's own runners are machines of Azure. A step before configure-aws-credentials
// has SDKs look for EC2's instance metadata, and Azure's answers there
// (JuliaCloud/AWS.jl#721, actions/runner#503).
var _ = Describe("a step without credentials", func() {
	unset := []harness.Option{
		harness.Unset("AWS_ACCESS_KEY_ID"), harness.Unset("AWS_SECRET_ACCESS_KEY"), harness.Unset("AWS_SESSION_TOKEN"),
	}
	said := []string{"Could not load credentials from any providers", "Unable to locate credentials"}
	for i, client := range suite.Clients {
		It("leads "+client.Name+" to Azure's metadata where it looks for EC2's", suite.Refuses("github-actions-oidc"),
			func(ctx SpecContext) {
				r := suite.Check(ctx, "github-actions-oidc", client.Subject(ctx),
					suite.Claim{expect.FailedWith(said[i]), expect.NoCalls()}, unset...)
				Expect(r.Lookups).NotTo(BeEmpty())
				for _, l := range r.Lookups {
					Expect(l.Behaviour).To(HavePrefix("azure-metadata/"), "%s", l)
				}
			})
	}
})
