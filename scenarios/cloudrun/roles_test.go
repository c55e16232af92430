package cloudrun_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var _ = Describe("a service on Cloud Run", func() {
	exported := []harness.Option{
		harness.Set("AWS_REGION", "us-east-1"), harness.Set("AWS_DEFAULT_REGION", "us-east-1"),
		harness.Set("AWS_ACCESS_KEY_ID", "${user.accessKeyId}"), harness.Set("AWS_SECRET_ACCESS_KEY",
			"${user.secretAccessKey}"),
		harness.Bucket("uploads"),
	}
	region := exported[:2]
	said := map[string]string{suite.Clients[0].Name: "Could not load credentials from any providers",
		suite.Clients[1].Name: "Unable to locate credentials"}

	for _, client := range suite.Clients {
		It("is accepted with keys in its settings, which "+client.Name+" finds", suite.Accepts("cloud-run"),
			func(ctx SpecContext) {
				suite.Check(ctx, "cloud-run", client.Subject(ctx), suite.AcceptedAsUser(list), exported...)
			})
		It("leads "+client.Name+" to Google's metadata server where it looks for EC2's, and finds nothing",
			suite.Refuses("cloud-run"), func(ctx SpecContext) {
				r := suite.Check(ctx, "cloud-run", client.Subject(ctx),
					suite.Claim{expect.FailedWith(said[client.Name]),
						expect.NoCalls()}, region...)
				Expect(r.Lookups).NotTo(BeEmpty())
				for _, l := range r.Lookups {
					Expect(l.Behaviour).To(Equal("gce-metadata/flavor"), "%s", l)
				}
			})
	}
})
