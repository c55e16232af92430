package ec2_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const (
	list     = "s3:ListBuckets"
	rolePath = "/latest/meta-data/iam/security-credentials/app-instance"
)

// settings are those of every spec: an instance sets no region.
var settings = []harness.Option{
	harness.Set("AWS_REGION", "us-east-1"), harness.Set("AWS_DEFAULT_REGION", "us-east-1"), harness.Bucket("uploads"),
}

func on(more ...harness.Option) []harness.Option {
	return append(settings[:len(settings):len(settings)], more...)
}

// nothing is what each client says that finds no credentials.
var nothing = map[string]string{
	suite.Clients[0].Name: "Could not load credentials from any providers",
	suite.Clients[1].Name: "Unable to locate credentials",
}

func metadataFault(f fault.Fault) harness.Option { return harness.EndpointFault("metadata", f) }

// asked are the requests to the metadata service, "PUT /path: 200".
func asked(r *harness.Result) (out []string) {
	for _, l := range r.Lookups {
		line, _, _ := strings.Cut(strings.TrimPrefix(l.String(), "metadata: "), " (")
		out = append(out, line)
	}
	return out
}

var _ = Describe("the instance profile", func() {
	may := harness.RoleAllow("instance", "s3:*")
	works := suite.AsRole(list, "app-instance", "i-0123456789abcdef0")

	for _, client := range suite.Clients {
		It("is found by "+client.Name+" with a token (IMDSv2)", suite.Accepts("ec2"), func(ctx SpecContext) {
			r := suite.Check(ctx, "ec2", client.Subject(ctx), works, on(may)...)
			// Neither asks for the extended credentials that newer SDKs begin with.
			Expect(asked(r)).To(Equal([]string{
				"PUT /latest/api/token: 200", "GET /latest/meta-data/iam/security-credentials/: 200",
				"GET " + rolePath + ": 200",
			}))
		})
		It("is found by "+client.Name+" where tokens are optional", suite.Accepts("ec2-imdsv1"), func(ctx SpecContext) {
			suite.Check(ctx, "ec2-imdsv1", client.Subject(ctx), works, on(may)...)
		})
		It("is out of reach for "+client.Name+" in a container one hop too far: the token request is never answered",
			suite.Refuses("ec2-hop-limit"), func(ctx SpecContext) {
				r := suite.Check(ctx, "ec2-hop-limit", client.Subject(ctx),
					suite.Claim{expect.FailedWith(nothing[client.Name]),
						expect.NoCalls()}, on(may)...)
				Expect(r.Lookups[0].Behaviour).To(Equal("imds/token-too-far"))
			})
		It("is not there for "+client.Name+" on an instance without one", suite.Refuses("ec2"), func(ctx SpecContext) {
			r := suite.Check(ctx, "ec2", client.Subject(ctx), suite.Claim{expect.FailedWith(nothing[client.Name]),
				expect.NoCalls()}, on(harness.WithoutRole("metadata"))...)
			Expect(r.Lookups[len(r.Lookups)-1].Behaviour).To(Equal("imds/no-role"))
		})
		It("is not there for "+client.Name+" when the role does not trust EC2", func(ctx SpecContext) {
			r := suite.Check(ctx, "ec2", client.Subject(ctx), suite.Claim{expect.NoCalls()}, on(may, harness.RoleTrust("instance", `{"Version": "2012-10-17",
				"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`))...)
			Expect(r.Failed()).To(BeTrue())
			Expect(r.Lookups[len(r.Lookups)-1].Behaviour).To(Equal("imds/assume-role"))
		})
	}
	It("is within reach of a key that is passed on to a container one hop too far", suite.Accepts("ec2-hop-limit"),
		func(ctx SpecContext) {
			suite.Check(ctx, "ec2-hop-limit", suite.Clients[1].Subject(ctx), suite.AcceptedAsUser(list), on(
				harness.Set("AWS_ACCESS_KEY_ID", "${user.accessKeyId}"), harness.Set("AWS_SECRET_ACCESS_KEY",
					"${user.secretAccessKey}"))...)
		})
	It("is identified, and denied what no policy allows", suite.Refuses("ec2"), func(ctx SpecContext) {
		suite.Check(ctx, "ec2", suite.Clients[0].Subject(ctx), suite.Claim{expect.Refused(list, "AccessDenied"),
			expect.Diagnosed(diagnose.NotAllowed)}, on()...)
	})
	It("is identified, and denied what no policy allows, in version 1 as well", suite.Refuses("ec2-imdsv1"),
		func(ctx SpecContext) {
			suite.Check(ctx, "ec2-imdsv1", suite.Clients[1].Subject(ctx),
				suite.Claim{expect.Refused(list, "AccessDenied")}, on()...)
		})
})

var _ = Describe("version 1 of instance metadata", func() {
	may := harness.RoleAllow("instance", "s3:*")
	noTokens := metadataFault(fault.Status(403, 9).At("PUT", ""))

	for _, client := range suite.Clients {
		It("is what "+client.Name+" falls back on when token requests are refused", func(ctx SpecContext) {
			suite.Check(ctx, "ec2-imdsv1", client.Subject(ctx), suite.AsRole(list, "app-instance",
				"i-0123456789abcdef0"),
				on(may, noTokens)...)
		})
		It("is refused to "+client.Name+" where tokens are required", func(ctx SpecContext) {
			r := suite.Check(ctx, "ec2", client.Subject(ctx), suite.Claim{expect.NoCalls()}, on(may, noTokens)...)
			Expect(r.Failed()).To(BeTrue())
			Expect(r.Lookups[len(r.Lookups)-1].Behaviour).To(Equal("imds/token-missing"))
		})
		It("is not asked by "+client.Name+" with AWS_EC2_METADATA_V1_DISABLED", func(ctx SpecContext) {
			r := suite.Check(ctx, "ec2-imdsv1", client.Subject(ctx), suite.Claim{expect.NoCalls()},
				on(may, noTokens, harness.Set("AWS_EC2_METADATA_V1_DISABLED", "true"))...)
			Expect(r.Failed()).To(BeTrue())
			for _, l := range r.Lookups {
				Expect(l.Method).To(Equal("PUT"), "%s", l)
			}
		})
	}
})

var _ = Describe("instance metadata in trouble", func() {
	may := harness.RoleAllow("instance", "s3:*")
	works := suite.AsRole(list, "app-instance", "i-0123456789abcdef0")

	for _, client := range suite.Clients {
		// "Static stability": EC2 hands out what it has while it cannot renew, and
		// AWS takes it for some time more.
		It("hands out expired credentials, which "+client.Name+" goes on using", func(ctx SpecContext) {
			suite.Check(ctx, "ec2", client.Subject(ctx), works,
				on(may, metadataFault(fault.Stale(9).At("", rolePath)))...)
		})
		It("leaves "+client.Name+" without credentials when it is asked too often", func(ctx SpecContext) {
			suite.Check(ctx, "ec2", client.Subject(ctx), suite.Claim{expect.NoCalls()},
				on(may, metadataFault(fault.Throttle(99).At("", "/latest/meta-data/*")))...)
		})
		It("leaves "+client.Name+" without credentials when the document is cut off", func(ctx SpecContext) {
			suite.Check(ctx, "ec2", client.Subject(ctx), suite.Claim{expect.NoCalls()},
				on(may, metadataFault(fault.Malformed(99).At("", rolePath)))...)
		})
	}
	It("is turned off for a client by AWS_EC2_METADATA_DISABLED", func(ctx SpecContext) {
		r := suite.Check(ctx, "ec2", suite.Clients[1].Subject(ctx),
			suite.Claim{expect.FailedWith(nothing[suite.Clients[1].Name]),
				expect.NoCalls()},
			on(may, harness.Set("AWS_EC2_METADATA_DISABLED", "true"))...)
		Expect(r.Lookups).To(BeEmpty())
	})
})
