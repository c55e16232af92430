package vercel_test

import (
	"encoding/json"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The story that the reports of a day lost on Vercel tell, attempt by attempt
// (https://github.com/vercel/ai/issues/3018, https://github.com/vercel/ai/issues/14136).
// Nothing of what people try first has to do with the cause, and AWS's log stays
// empty all the while.
var _ = Describe("A chat on Vercel asks Bedrock through the AI SDK", Ordered, func() {
	var host, laptop *harness.Deployment

	aws := func(ctx SpecContext, args ...string) []byte {
		GinkgoHelper()
		r, err := laptop.Run(ctx, suite.Tool(ctx, "python-boto3", "aws", args...))
		Expect(err).NotTo(HaveOccurred())
		Expect(r).To(expect.Succeeded())
		return r.Stdout
	}
	ask := func(ctx SpecContext, d *harness.Deployment, version, strategy string) *harness.Result {
		GinkgoHelper()
		r, err := d.Run(ctx, suite.Subject(ctx, "node-ai-sdk", "--package", version, "--strategy", strategy))
		Expect(err).NotTo(HaveOccurred())
		Expect(r).To(expect.NoSecretIn([]byte(r.String()), r.Stdout, r.Stderr))
		return r
	}
	stillInvalid := func(r *harness.Result) {
		GinkgoHelper()
		Expect(r).To(expect.FailedWith(invalid))
		Expect(r).To(expect.MixedCredentials(suite.KeyVariable, "AWS_SESSION_TOKEN"))
	}

	BeforeAll(func() {
		// The project keeps its key under names of its own: on Vercel those of AWS
		// are said to be reserved.
		host = harness.StartTest(GinkgoT(), "vercel", harness.User("app", harness.Allow("bedrock:InvokeModel*")),
			harness.Set(suite.KeyVariable, "${user.accessKeyId}"), harness.Set(suite.SecretVariable,
				"${user.secretAccessKey}"))
		laptop = harness.StartTest(GinkgoT(), "local", harness.Beside(host), harness.User("developer",
			harness.Allow("*")),
			harness.Set("AWS_ACCESS_KEY_ID", "${user.accessKeyId}"), harness.Set("AWS_SECRET_ACCESS_KEY",
				"${user.secretAccessKey}"),
			harness.Set("AWS_DEFAULT_REGION", "us-east-1"), harness.Set("AWS_REGION", "us-east-1"),
			harness.Set(suite.KeyVariable, "${user.accessKeyId}"), harness.Set(suite.SecretVariable,
				"${user.secretAccessKey}"))
	})

	It("works on the laptop", func(ctx SpecContext) {
		Expect(ask(ctx, laptop, broken, "explicit")).To(expect.Succeeded())
	})

	It("is refused on Vercel: the security token is invalid, though the project has none", func(ctx SpecContext) {
		stillInvalid(ask(ctx, host, broken, "explicit"))
	})

	It("is refused with permissions for everything", func(ctx SpecContext) {
		aws(ctx, "iam", "attach-user-policy", "--user-name", "app", "--policy-arn",
			"arn:aws:iam::aws:policy/AdministratorAccess")
		stillInvalid(ask(ctx, host, broken, "explicit"))
	})

	It("is refused with a new key", func(ctx SpecContext) {
		var made struct {
			AccessKey struct{ AccessKeyID, SecretAccessKey string }
		}
		Expect(json.Unmarshal(aws(ctx, "iam", "create-access-key", "--user-name", "app"), &made)).To(Succeed())
		Expect(host.Redeploy(ctx, "vercel", harness.Set(suite.KeyVariable, made.AccessKey.AccessKeyID),
			harness.Set(suite.SecretVariable, made.AccessKey.SecretAccessKey))).To(Succeed())
		r := ask(ctx, host, broken, "explicit")
		stillInvalid(r)
		Expect(r.Exchanges[0].Presented.KeyID).To(Equal(made.AccessKey.AccessKeyID))
		Expect(made.AccessKey.AccessKeyID).To(HaveLen(20))
		Expect(made.AccessKey.SecretAccessKey).To(HaveLen(40))
	})

	It("leaves nothing in CloudTrail: a refused signature is never recorded", func(ctx SpecContext) {
		names := strings.Fields(string(aws(ctx, "cloudtrail", "lookup-events", "--query",
			"Events[].[EventName,Username]", "--output", "text")))
		Expect(names).To(ContainElement("AttachUserPolicy"))
		// The one call that was accepted was the developer's, from the laptop.
		Expect(names).To(ContainElement("Converse"))
		Expect(names).NotTo(ContainElement("app"))
	})

	It("is refused with sessionToken: undefined, which is no token and not none", func(ctx SpecContext) {
		stillInvalid(ask(ctx, host, broken, "explicit-undefined"))
	})

	It("says itself that it lacks a key when it is left to the environment", func(ctx SpecContext) {
		Expect(ask(ctx, host, broken, "env")).To(SatisfyAll(expect.FailedWith(noKey), expect.NoCalls()))
	})

	It("is told what it is: the token is the platform's, and not the key's", func(ctx SpecContext) {
		r := ask(ctx, host, broken, "explicit")
		Expect(r.Diagnosis.Findings).NotTo(BeEmpty())
		Expect(r.Diagnosis.Findings[0].Paragraph()).To(And(
			ContainSubstring("AWS_SESSION_TOKEN (set by the host)"),
			ContainSubstring("without that token the call would have been accepted as "+suite.UserARN),
			ContainSubstring("credentialProvider: async () => ({ accessKeyId, secretAccessKey })"),
		))
	})

	DescribeTable("works", func(ctx SpecContext, version, strategy string) {
		Expect(ask(ctx, host, version, strategy)).To(SatisfyAll(expect.Succeeded(), expect.Accepted(converse,
			suite.UserARN)))
	},
		Entry("with a credentialProvider", broken, "provider"),
		Entry("with an empty session token", broken, "explicit-empty"),
		Entry("with the release that mended it, unchanged", fixed, "explicit"),
	)
})
