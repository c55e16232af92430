package clock_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// tokenFile is where the webhook of EKS mounts the token
// (https://github.com/aws/amazon-eks-pod-identity-webhook/blob/master/README.md).
const tokenFile = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"

// badToken is STS's refusal of a token that it cannot validate, by the SDK: the
// JavaScript SDK has a name of its own for it.
var badToken = map[string]string{js: "InvalidIdentityTokenException", boto3: "InvalidIdentityToken",
	golang: "InvalidIdentityToken"}

var _ = Describe("a token file", func() {
	irsa := sources[3]
	short := harness.TokenLifetime("cluster", 90*time.Minute)

	for _, sdk := range sdks {
		// All read it again for each exchange:
		// https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
		It("that is rotated is read again by "+sdk, func(ctx SpecContext) {
			s := serve(ctx, sdk, irsa.host, irsa.options(short)...)
			s.works(ctx, "s3")
			Expect(s.RotateTokens(ctx)).To(Succeed())
			Expect(s.Advance(ctx, 65*time.Minute)).To(Succeed()) // the session has ended, the old token has not
			s.works(ctx, "s3")
			Expect(s.RotateTokens(ctx)).To(Succeed())
			Expect(s.Advance(ctx, 2*time.Hour)).To(Succeed()) // both have ended: too late
			Expect(s.RotateTokens(ctx)).To(Succeed())
			s.works(ctx, "s3")

			exchanges := s.end().Calls(suite.Exchange)
			Expect(accepted(exchanges)).To(Equal([]bool{true, true, true}))
			sent := map[string]bool{}
			for _, e := range exchanges {
				sent[e.Presented.IdentityToken.Fingerprint] = true
			}
			Expect(sent).To(HaveLen(3), "each exchange has a token of its own")
		})

		// boto/botocore#3134 was a program whose container credentials never refreshed.
		It("of EKS Pod Identity that is rotated is read again by "+sdk, func(ctx SpecContext) {
			pod := sources[2]
			s := serve(ctx, sdk, pod.host, pod.options(short)...)
			s.works(ctx, "s3")
			Expect(s.Advance(ctx, 2*time.Hour)).To(Succeed()) // credentials and token have ended
			Expect(s.RotateTokens(ctx)).To(Succeed())
			s.works(ctx, "s3")
			r := s.end()
			Expect(r.Accepted()).To(BeTrue(), "%s", r)
			Expect(s.keys).To(HaveLen(2))
		})

		It("that nobody rotates is refused when it has ended, and "+sdk+" says so", func(ctx SpecContext) {
			s := serve(ctx, sdk, irsa.host, irsa.options(short)...)
			s.works(ctx, "s3")
			Expect(s.Advance(ctx, 2*time.Hour)).To(Succeed())
			got := s.call(ctx, "s3")
			Expect(got.Code).To(Equal("ExpiredTokenException"))
			Expect(got.Message).To(
				MatchRegexp(`^Token expired: current date/time \d+ must be before the expiration date/time \d+$`))
			f := finding(s.end(), diagnose.BadIdentityToken)
			Expect(f.What).To(ContainSubstring("from the file "))
			Expect(f.Why).To(MatchRegexp(`It expired at .*, 30m\d+s ago\.`))
			Expect(f.Change).To(SatisfyAll(ContainSubstring("See why nobody wrote a new token into "),
				ContainSubstring("serviceaccount/token"), ContainSubstring("kubelet")))
		})

		It("of an issuer whose clock is ahead is not valid yet, and "+sdk+" says so", func(ctx SpecContext) {
			s := serve(ctx, sdk, irsa.host, irsa.options(short)...)
			Expect(s.Advance(ctx, -10*time.Minute)).To(Succeed()) // AWS's now is before the token's iat
			got := s.call(ctx, "s3")
			Expect(got.Code).To(Equal(badToken[sdk]))
			Expect(got.Message).To(ContainSubstring("could not be validated"))
			f := finding(s.end(), diagnose.BadIdentityToken)
			Expect(f.Why).To(ContainSubstring("It is not valid before "))
			Expect(f.Change).To(ContainSubstring("Set the clock of the issuer"))
		})
	}

	It("that a program read once is refused when that token has ended, and the diagnosis names the file",
		func(ctx SpecContext) {
			s := serve(ctx, boto3, irsa.host, irsa.options(short)...)
			s.works(ctx, "exchange")
			Expect(s.RotateTokens(ctx)).To(Succeed())
			s.works(ctx, "exchange") // the old token is good up to its end
			Expect(s.Advance(ctx, 85*time.Minute)).To(Succeed())
			Expect(s.RotateTokens(ctx)).To(Succeed())
			Expect(s.Advance(ctx, 10*time.Minute)).To(Succeed())
			Expect(s.call(ctx, "exchange").Code).To(Equal("ExpiredTokenException"))
			f := finding(s.end(), diagnose.BadIdentityToken)
			Expect(f.What).To(
				MatchRegexp(`from the file \S+/token, as it was until .*Z, when a new token took its place`))
			Expect(f.Change).To(MatchRegexp(`^Read \S+/token again for each exchange`))
		})

	It("is where the kubelet has it", func(ctx SpecContext) {
		Expect(tokenFile).To(HavePrefix("/var/run/secrets/"))
		d := harness.StartTest(GinkgoT(), irsa.host)
		r, err := d.Run(ctx, harness.Command("sh", "-c",
			`cd "$(dirname "$AWS_WEB_IDENTITY_TOKEN_FILE")"; readlink token; test -L ..data && stat -L -c %A token`))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(r.Stdout)).To(Equal("..data/token\n-rw-r--r--\n"), "%s", r.Stderr)
	})
})
