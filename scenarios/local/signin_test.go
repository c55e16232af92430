package local_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const (
	developer = "AWSReservedSSO_Developer_0123456789abcdef"
	person    = "dev@example.com"
)

var _ = Describe("a sign-in at IAM Identity Center", func() {
	may, bucket := harness.RoleAllow("developer", "s3:*"), harness.Bucket("uploads")
	works := suite.AsRole(list, developer, person)
	ended := map[string]string{
		suite.Clients[0].Name: "To refresh this SSO session run 'aws sso login' with the corresponding profile.",
		suite.Clients[1].Name: "Token has expired and refresh failed",
	}

	for _, client := range suite.Clients {
		It("gives "+client.Name+" the role of the profile", suite.Accepts("local-sso"), func(ctx SpecContext) {
			r := suite.Check(ctx, "local-sso", client.Subject(ctx), works, may, bucket)
			Expect(r.Lookups).To(HaveLen(1))
			Expect(r.Lookups[0].Behaviour).To(Equal("sso-portal/credentials"))
		})
		It("is renewed by "+client.Name+" before that when its token has expired", suite.Accepts("local-sso-refresh"),
			func(ctx SpecContext) {
				r := suite.Check(ctx, "local-sso-refresh", client.Subject(ctx), works, may, bucket)
				Expect(r.Lookups).To(HaveLen(2))
				Expect(r.Lookups[0].Behaviour).To(Equal("sso-oidc/token"))
				Expect(r.Lookups[1].Behaviour).To(Equal("sso-portal/credentials"))
			})
		It("is renewed by "+client.Name+" under the names of dual-stack and FIPS endpoints",
			suite.Accepts("local-sso-refresh"), func(ctx SpecContext) {
				suite.NeedIsolation(ctx, isolation.Sandbox) // an endpoint in a variable has no other names
				for _, names := range []string{"AWS_USE_DUALSTACK_ENDPOINT", "AWS_USE_FIPS_ENDPOINT"} {
					r := suite.Check(ctx, "local-sso-refresh", client.Subject(ctx), works, may, bucket,
						harness.Set(names, "true"), harness.WithIsolation(isolation.Sandbox))
					Expect(r.Lookups).To(HaveLen(2), names)
				}
			})
		It("cannot be renewed by "+client.Name+" when the token service fails", suite.Refuses("local-sso-refresh"),
			func(ctx SpecContext) {
				r := suite.Check(ctx, "local-sso-refresh", client.Subject(ctx), suite.Claim{expect.NoCalls()}, may,
					harness.EndpointFault("tokens", fault.Status(500, 99)))
				Expect(r.Failed()).To(BeTrue())
			})
		It("that has ended makes "+client.Name+" ask for another one", suite.Refuses("local-sso-expired"),
			func(ctx SpecContext) {
				r := suite.Check(ctx, "local-sso-expired", client.Subject(ctx),
					suite.Claim{expect.FailedWith(ended[client.Name]),
						expect.NoCalls()}, may)
				Expect(r.Lookups).To(BeEmpty())
			})
		It("gives "+client.Name+" a role that may do nothing, if no policy says so", suite.Refuses("local-sso"),
			func(ctx SpecContext) {
				suite.Check(ctx, "local-sso", client.Subject(ctx), suite.Claim{expect.Refused(list, "AccessDenied"),
					expect.Diagnosed(diagnose.NotAllowed)})
			})
	}
	It("that has ended does not concern a program with keys of its own", suite.Accepts("local-sso-expired"),
		func(ctx SpecContext) {
			explicit := suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets",
				"--strategy",
				"explicit", "--region", "us-east-1")
			suite.Check(ctx, "local-sso-expired", explicit, suite.AcceptedAsUser(list), bucket)
		})
})

var _ = Describe("aws login", func() {
	bucket := harness.Bucket("uploads")

	It("gives the newest AWS SDK for JavaScript v3 the user's cached credentials", suite.Accepts("local-login"),
		func(ctx SpecContext) {
			r := suite.Check(ctx, "local-login", suite.NewestJavaScript(ctx), suite.AcceptedAsUser(list), bucket)
			Expect(r.Lookups).To(BeEmpty())
			Expect(r).To(expect.NoFindings(), "what the SDK itself renews is no copy")
		})
	It("has the newest AWS SDK for JavaScript v3 renew them with a signed proof", suite.Accepts("local-login-refresh"),
		func(ctx SpecContext) {
			r := suite.Check(ctx, "local-login-refresh", suite.NewestJavaScript(ctx), suite.AcceptedAsUser(list),
				bucket)
			Expect(r.Lookups).To(HaveLen(1))
			Expect(r.Lookups[0].Behaviour).To(Equal("signin/token"))
		})
	It("leaves the newest AWS SDK for JavaScript v3 without any when they have expired and the service fails",
		suite.Refuses("local-login-refresh"), func(ctx SpecContext) {
			r := suite.Check(ctx, "local-login-refresh", suite.NewestJavaScript(ctx), suite.Claim{expect.NoCalls()},
				harness.EndpointFault("signin", fault.Status(500, 99)))
			Expect(r.Failed()).To(BeTrue())
		})
	// botocore wants another package for it, and a plain installation has it not.
	It("is refused by the AWS CLI without botocore[crt]", suite.Refuses("local-login"), func(ctx SpecContext) {
		suite.Check(ctx, "local-login", suite.Clients[1].Subject(ctx),
			suite.Claim{expect.FailedWith(`pip install "botocore[crt]"`),
				expect.NoCalls()})
	})
	It("is unknown to an older AWS SDK for JavaScript v3", func(ctx SpecContext) {
		suite.Check(ctx, "local-login", suite.Clients[0].Subject(ctx),
			suite.Claim{expect.FailedWith("Could not load credentials from any providers"), expect.NoCalls()})
	})
})
