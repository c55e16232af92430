package clients_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

var _ = Describe("the AI SDK's Bedrock provider shows the same refusals", func() {
	for _, given := range cases {
		It("with "+given.Name, func(ctx SpecContext) {
			opts := []harness.Option{harness.Seed(seed), harness.Set("AWS_REGION", "us-east-1"),
				harness.Set("AWS_ACCESS_KEY_ID", given.AccessKeyID), harness.Set("AWS_SECRET_ACCESS_KEY", given.SecretAccessKey)}
			if given.SessionToken != "" {
				opts = append(opts, harness.Set("AWS_SESSION_TOKEN", given.SessionToken))
			}
			subject := suite.Subject(ctx, "node-ai-sdk", "--package", "4.0.186", "--strategy", "env")
			r, err := harness.StartTest(GinkgoTB(), "local", opts...).Run(ctx, subject)
			Expect(err).NotTo(HaveOccurred())
			want, refused := restJSON[given.Name]
			if !refused {
				Expect(r.Accepted() && !r.Failed()).To(BeTrue(), "%s", r)
				return
			}
			if given.Name == "not allowed" {
				// The authorizer's message comes under a capital "Message", which the
				// library does not read: only the status text is left.
				want.message = "Forbidden"
			}
			Expect(string(r.Stderr)).To(HavePrefix("AI_APICallError: "+want.message), "%s", r)
			Expect(r.Exchanges[0].Status).To(Equal(403))
		})
	}
})
