package local_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var _ = Describe("the shared configuration files", func() {
	region, bucket := harness.Set("AWS_REGION", "us-east-1"), harness.Bucket("uploads")
	nope := map[string]string{
		suite.Clients[0].Name: "Could not load credentials from any providers",
		suite.Clients[1].Name: "The config profile (nope) could not be found",
	}

	for _, client := range suite.Clients {
		It("give "+client.Name+" the default profile's key", suite.Accepts("local-profile"), func(ctx SpecContext) {
			r := suite.Check(ctx, "local-profile", client.Subject(ctx), suite.AcceptedAsUser(list), region, bucket)
			Expect(r.Diagnosis.Traces[0].KeyID.File).To(HaveSuffix("/.aws/credentials"))
			Expect(r.Diagnosis.Traces[0].Secret.File).To(HaveSuffix("/.aws/credentials"))
		})
		It("have no profile nope for "+client.Name, suite.Refuses("local-profile"), func(ctx SpecContext) {
			suite.Check(ctx, "local-profile", client.Subject(ctx), suite.Claim{expect.FailedWith(nope[client.Name]),
				expect.NoCalls()}, region, harness.Set("AWS_PROFILE", "nope"))
		})
		It("give "+client.Name+" what credential_process prints", suite.Accepts("local-process"),
			func(ctx SpecContext) {
				suite.Check(ctx, "local-process", client.Subject(ctx), suite.AsRole(list, "app", "laptop"), region,
					harness.RoleAllow("app", "s3:*"), bucket)
			})
		It("give "+client.Name+" credentials of credential_process that may do nothing, if no policy says so",
			suite.Refuses("local-process"), func(ctx SpecContext) {
				suite.Check(ctx, "local-process", client.Subject(ctx), suite.Claim{expect.Refused(list, "AccessDenied"),
					expect.Diagnosed(diagnose.NotAllowed)}, region)
			})
		It("give "+client.Name+" the role of a profile, which it assumes with the default profile's key",
			suite.Accepts("local-role-chain"), func(ctx SpecContext) {
				r := suite.Check(ctx, "local-role-chain", client.Subject(ctx),
					suite.AsRole(list, "app", "laptop").With(expect.Accepted("sts:AssumeRole", suite.UserARN)),
					region, harness.RoleAllow("app", "s3:*"), bucket)
				Expect(r.Exchanges).To(HaveLen(2))
			})
		It("give "+client.Name+" no role that trusts another account", suite.Refuses("local-role-chain"),
			func(ctx SpecContext) {
				suite.Check(ctx, "local-role-chain", client.Subject(ctx),
					suite.Claim{expect.Refused("sts:AssumeRole", "AccessDenied"),
						expect.FailedWith("sts:AssumeRole")},
					region, harness.RoleTrust("app", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
					"Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole"}]}`))
			})
	}
})
