package clock_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The SDKs ask for a session token of instance metadata with these lives: Go's
// keeps it for 5 minutes (https://github.com/aws/aws-sdk-go-v2/blob/main/feature/ec2/imds/api_client.go),
// the others ask for the longest, 6 hours, and for a new one with each look for
// credentials.
var tokenLives = map[string]string{js: "valid for 6h0m0s", boto3: "valid for 6h0m0s", golang: "valid for 5m0s"}

var _ = Describe("a session token of instance metadata", func() {
	for _, sdk := range sdks {
		It("that has ended is never used again by "+sdk, func(ctx SpecContext) {
			s := serve(ctx, sdk, "ec2", harness.RoleAllow("instance", everything...))
			s.works(ctx, "s3")
			Expect(s.Advance(ctx, 6*time.Hour+time.Minute)).To(Succeed())
			s.works(ctx, "s3")
			r := s.end()
			asked := 0
			for _, l := range r.Lookups {
				Expect(l.Behaviour).NotTo(Equal("imds/token-expired"))
				if l.Method == "PUT" {
					asked++
					Expect(l.Note).To(Equal(tokenLives[sdk]))
				}
			}
			Expect(asked).To(Equal(2), "a token for each time that credentials were fetched")
		})
	}

	// By hand, as scripts do:
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
	It("that a program keeps is refused when it has ended, and the diagnosis says what to do", func(ctx SpecContext) {
		node := suite.NodeScript(ctx, "node-aws-clients", `
const at = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254';
const put = await fetch(at + '/latest/api/token',
  { method: 'PUT', headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' } });
const token = await put.text();
const { status } = await fetch(at + '/latest/meta-data/iam/security-credentials/',
  { headers: { 'X-aws-ec2-metadata-token': token } });
console.error('status ' + status);
process.exitCode = status === 200 ? 0 : 1;`)
		var d *harness.Deployment
		later := func(l metadata.Lookup) {
			if l.Method == "PUT" {
				defer GinkgoRecover()
				Expect(d.Advance(ctx, time.Minute+time.Second)).To(Succeed())
			}
		}
		d = harness.StartTest(GinkgoT(), "ec2", harness.RoleAllow("instance", everything...), harness.OnLookup(later))
		r, err := d.Run(ctx, node)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(r.Stderr)).To(Equal("status 401\n"))
		Expect(r.Lookups[1].Behaviour).To(Equal("imds/token-expired"))
		Expect(finding(r, diagnose.NoCall).Change).To(
			ContainSubstring("Ask for a new session token when one has expired"))
	})
})
