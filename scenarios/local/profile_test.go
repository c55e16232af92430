package local_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	. "github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

var _ = Describe("the shared configuration files", func() {
	region, bucket := harness.Set("AWS_REGION", "us-east-1"), harness.Bucket("uploads")
	nope := map[string]string{
		Clients[0].Name: "Could not load credentials from any providers",
		Clients[1].Name: "The config profile (nope) could not be found",
	}

	for _, client := range Clients {
		It("give "+client.Name+" the default profile's key", Accepts("local-profile"), func(ctx SpecContext) {
			r := Check(ctx, "local-profile", client.Subject(ctx), AcceptedAsUser(list), region, bucket)
			Expect(r.Diagnosis.Traces[0].KeyID.File).To(HaveSuffix("/.aws/credentials"))
			Expect(r.Diagnosis.Traces[0].Secret.File).To(HaveSuffix("/.aws/credentials"))
		})
		It("have no profile nope for "+client.Name, Refuses("local-profile"), func(ctx SpecContext) {
			Check(ctx, "local-profile", client.Subject(ctx), Claim{expect.FailedWith(nope[client.Name]),
				expect.NoCalls()}, region, harness.Set("AWS_PROFILE", "nope"))
		})
		It("give "+client.Name+" what credential_process prints", Accepts("local-process"), func(ctx SpecContext) {
			Check(ctx, "local-process", client.Subject(ctx), AsRole(list, "app", "laptop"), region,
				harness.RoleAllow("app", "s3:*"), bucket)
		})
		It("give "+client.Name+" credentials of credential_process that may do nothing, if no policy says so",
			Refuses("local-process"), func(ctx SpecContext) {
				Check(ctx, "local-process", client.Subject(ctx), Claim{expect.Refused(list, "AccessDenied"),
					expect.Diagnosed(harness.NotAllowed)}, region)
			})
		It("give "+client.Name+" the role of a profile, which it assumes with the default profile's key",
			Accepts("local-role-chain"), func(ctx SpecContext) {
				r := Check(ctx, "local-role-chain", client.Subject(ctx),
					AsRole(list, "app", "laptop").With(expect.Accepted("sts:AssumeRole", UserARN)),
					region, harness.RoleAllow("app", "s3:*"), bucket)
				Expect(r.Exchanges).To(HaveLen(2))
			})
		It("give "+client.Name+" no role that trusts another account", Refuses("local-role-chain"),
			func(ctx SpecContext) {
				Check(ctx, "local-role-chain", client.Subject(ctx),
					Claim{expect.Refused("sts:AssumeRole", "AccessDenied"),
						expect.FailedWith("sts:AssumeRole")},
					region, harness.RoleTrust("app", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
					"Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole"}]}`))
			})
	}
})
