package local_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	. "github.com/hostproof/hostproof/scenarios/internal/suite"
)

var _ = Describe("the shared configuration files", func() {
	const list = "s3:ListBuckets"
	region := harness.Set("AWS_REGION", "us-east-1")

	for _, client := range Clients {
		It("give "+client.Name+" the default profile's key", func(ctx SpecContext) {
			r := Check(ctx, "local-profile", client.Subject(ctx), AcceptedAsUser(list), region, harness.Bucket("uploads"))
			Expect(r.Diagnosis.Traces[0].KeyID.File).To(HaveSuffix("/.aws/credentials"))
			Expect(r.Diagnosis.Traces[0].Secret.File).To(HaveSuffix("/.aws/credentials"))
		})
		It("give "+client.Name+" what credential_process prints", func(ctx SpecContext) {
			Check(ctx, "local-process", client.Subject(ctx), AsRole(list, "app", "laptop"), region,
				harness.RoleAllow("app", "s3:*"), harness.Bucket("uploads"))
		})
	}
})
