package amplify_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The program makes no call, so that there is nothing at AWS to look at; the
// author has given a role of the app every permission, and it is the wrong role.
var _ = Describe("the diagnosis of permissions on the service role", func() {
	diagnosis := func(ctx SpecContext, host string, opts ...harness.Option) harness.Finding {
		subject := suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy",
			"env")
		r := suite.Check(ctx, host, subject, suite.Never(nothing), append(opts, harness.Bucket("uploads"))...)
		Expect(r.Diagnosis.Findings).To(HaveLen(1))
		return r.Diagnosis.Findings[0]
	}

	It("tells the two roles apart", func(ctx SpecContext) {
		f := diagnosis(ctx, "amplify-service-role", harness.RoleAllow("service", "s3:*"))
		Expect(f.Source).To(Equal("https://docs.aws.amazon.com/amplify/latest/userguide/amplify-SSR-compute-role.html"))
		Expect(f.Paragraph()).To(And(
			Or( // isolation endpoint does not see every call
				HavePrefix(
					`The program failed before it made any AWS call: "Could not load credentials from any providers".`),
				HavePrefix(
					`The program failed, and no AWS call of it reached the mock: "Could not load credentials from any providers".`),
			),
			ContainSubstring("None of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN is set here"),
			ContainSubstring("On Amplify Hosting the service role builds, deploys and writes logs: its permissions "+
				"never reach the running program. "+
				"A program gets credentials from a compute role only, and this app has none, whatever its service "+
				"role may do. "+
				"Make a role that amplify.amazonaws.com may assume, give it the permissions, and attach it as the "+
				"app's or the branch's compute role"),
		))
	})

	It("tells of the moment at which the compute role's variables appear", func(ctx SpecContext) {
		f := diagnosis(ctx, "amplify-init-race", harness.RoleAllow("compute", "s3:*"),
			harness.With(harness.Project{AtInit: true}))
		Expect(f.Paragraph()).To(
			ContainSubstring(
				"while the program initialises they are not there. Make the client when the first request needs it"))
	})
})
