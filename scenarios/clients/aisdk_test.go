package clients_test

import (
	"cmp"
	"fmt"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// shiftedClock is a module that moves a program's clock by some seconds.
const shiftedClock = `const Real = Date, now = () => Real.now() + %d * 1000;
globalThis.Date = class extends Real { constructor(...a) { a.length ? super(...a) : super(now()); } static now() { return now(); } };`

// environment gives a case to a program that looks into its variables.
func (c credentialCase) environment() []harness.Option {
	opts := []harness.Option{harness.Seed(seed), harness.Set("AWS_REGION", "us-east-1")}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": c.AccessKeyID, "AWS_SECRET_ACCESS_KEY": c.SecretAccessKey,
		"AWS_SESSION_TOKEN": c.SessionToken,
	} {
		if value != "" {
			opts = append(opts, harness.Set(name, value))
		}
	}
	if c.ClockOffset != 0 {
		opts = append(opts, harness.Set("NODE_OPTIONS", "--import=data:text/javascript,"+
			url.PathEscape(fmt.Sprintf(shiftedClock, c.ClockOffset))))
	}
	return opts
}

var _ = Describe("the AI SDK's Bedrock provider shows the same refusals", func() {
	for _, given := range cases {
		if given.Unsigned {
			continue // the library signs, or sends a bearer token, or nothing
		}
		It("with "+given.Name, func(ctx SpecContext) {
			subject := suite.Subject(ctx, "node-ai-sdk", "--package", "4.0.186", "--strategy", "env")
			r, err := harness.StartTest(GinkgoT(), "local", given.environment()...).Run(ctx, subject)
			Expect(err).NotTo(HaveOccurred())
			if given.none() {
				Expect(string(r.Stderr)).To(HavePrefix("Error: AWS SigV4 authentication requires AWS credentials."),
					"%s", r)
				Expect(r.Exchanges).To(BeEmpty())
				return
			}
			want, refused := bedrock[cmp.Or(given.Like, given.Name)]
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
			Expect(r.Exchanges[0].Status).To(Equal(want.status))
			Expect(r.Exchanges[0].Verdict.Refusal.Reason).To(Equal(given.Reason))
			if want.length != 0 {
				Expect(r.Exchanges[0].ResponseSize).To(Equal(want.length))
			}
		})
	}
})
