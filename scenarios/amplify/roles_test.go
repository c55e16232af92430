package amplify_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The service role of an Amplify app builds, deploys and logs; its credentials
// never reach the program. Only a compute role's do
// (https://docs.aws.amazon.com/amplify/latest/userguide/amplify-SSR-compute-role.html).
const (
	computeARN = "arn:aws:sts::" + harness.DefaultAccount + ":assumed-role/app-compute/compute"
	nothing    = "CredentialsProviderError: Could not load credentials from any providers"
	list       = "s3:ListBuckets"
)

var _ = Describe("a program that leaves its credentials to the AWS SDK for JavaScript v3", func() {
	check := func(ctx SpecContext, host, strategy string, claim suite.Claim, opts ...harness.Option) {
		subject := suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy",
			strategy)
		suite.Check(ctx, host, subject, claim, append(opts, harness.Bucket("uploads"))...)
	}
	may := harness.RoleAllow("compute", "s3:*")
	works := suite.Claim{expect.Succeeded(), expect.Accepted(list, computeARN)}

	It("finds no credentials without a role", func(ctx SpecContext) {
		check(ctx, "amplify-no-role", "env", suite.Never(nothing))
	})
	It("finds none with a service role alone, whatever that may do", func(ctx SpecContext) {
		check(ctx, "amplify-service-role", "env", suite.Never(nothing), harness.RoleAllow("service", "s3:*"))
	})
	It("works with a compute role", func(ctx SpecContext) {
		check(ctx, "amplify-compute-role", "env", works, may)
	})
	It("works with fromNodeProviderChain and a compute role", func(ctx SpecContext) {
		check(ctx, "amplify-compute-role", "chain", works, may)
	})
	It("is identified, and denied, when the compute role lacks the permission", func(ctx SpecContext) {
		check(ctx, "amplify-compute-role", "env", suite.Claim{expect.Refused(list, "AccessDenied"),
			expect.Diagnosed(diagnose.NotAllowed, "AWS_ACCESS_KEY_ID")})
	})
	It("finds none while it initialises, and does when it answers a request", func(ctx SpecContext) {
		check(ctx, "amplify-init-race", "env", suite.Never(nothing), may, harness.With(harness.Project{AtInit: true}))
		check(ctx, "amplify-init-race", "env", works, may)
	})
	It("is refused with build credentials that were baked in and have expired", func(ctx SpecContext) {
		check(ctx, "amplify-baked-expired", "env", suite.Claim{
			expect.Refused(list, "ExpiredToken", "The provided token has expired."),
			expect.Diagnosed(diagnose.ExpiredCredentials, "AWS_SESSION_TOKEN"),
		})
	})
	It("is refused with build keys that were baked in without their token", func(ctx SpecContext) {
		check(ctx, "amplify-baked-no-token", "env", suite.Claim{
			expect.Refused(list, "InvalidAccessKeyId"), expect.Diagnosed(diagnose.TokenLeftOut, "AWS_ACCESS_KEY_ID"),
		})
	})
	It("may not pass roles, whatever the compute role may do", suite.Refuses("amplify-passrole-denied"),
		func(ctx SpecContext) {
			subject := suite.Tool(ctx, "python-boto3", "aws", "lambda", "create-function", "--function-name", "worker",
				"--runtime", "nodejs22.x",
				"--handler", "index.handler", "--role", "arn:aws:iam::"+harness.DefaultAccount+":role/app-compute",
				"--code", "S3Bucket=uploads,S3Key=worker.zip")
			r := suite.Check(ctx, "amplify-passrole-denied", subject,
				suite.Claim{expect.Refused("lambda:CreateFunction",
					"AccessDeniedException")},
				harness.RoleAllow("compute", "*"))
			Expect(string(r.Stderr)).To(
				ContainSubstring("is not authorized to perform: iam:PassRole on resource: arn:aws:iam::" +
					harness.DefaultAccount +
					":role/app-compute with an explicit deny in a session policy"))
		})
	It("works with explicit keys of a user, which is what people then do", func(ctx SpecContext) {
		check(ctx, "amplify-no-role", "explicit", suite.AcceptedAsUser(list), harness.Baked())
	})
})
