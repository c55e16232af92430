package vercel_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// What AWS answers here speaks of a security token that the author never set,
// and the same key works from a laptop and with S3. The diagnosis has to say in
// one paragraph what took its author a day.
var _ = Describe("the diagnosis of the leaked token", func() {
	It("names both variables, whose token it is, and that nothing else is wrong", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-ai-sdk", "--package", broken, "--strategy", "explicit")
		r := suite.Check(ctx, "vercel", subject, suite.ForeignToken(converse, suite.KeyVariable))
		Expect(r.Diagnosis.Problems()).To(HaveLen(1))
		f := r.Diagnosis.Problems()[0]
		Expect(f.Library).To(Equal("AI SDK @ai-sdk/amazon-bedrock " + broken))
		Expect(f.Source).To(Equal("https://github.com/vercel/ai/issues/3018"), "the source of the host's variable")
		Expect(f.Paragraph()).To(Equal("bedrock:Converse sent the access key id " + r.Exchanges[0].Presented.KeyID +
			" from MY_AWS_ACCESS_KEY_ID (set by the user) together with a session token (996 characters, IQoJb3Jp…) " +
			"from AWS_SESSION_TOKEN (set by the host), " +
			"which belongs to other credentials, those of arn:aws:sts::999988887777:assumed-role/vercel-function/fn. " +
			"A session token is only valid together with the key and the secret that it was issued with. " +
			"Key and secret fit each other and the signature is valid: without that token the call would have been " +
			"accepted as " + suite.UserARN + ". " +
			"The platform sets that variable for its own use; it carries no permission and is not meant for " +
			"your code. " +
			"Keep AWS_SESSION_TOKEN away from MY_AWS_ACCESS_KEY_ID: pass key and secret to createAmazonBedrock as " +
			"credentialProvider: async () => ({ accessKeyId, secretAccessKey }), which never looks at the " +
			"environment (or add sessionToken: ''); " +
			"versions from 4.0.98 and 5.0.0 on leave the environment's token alone when both keys are given " +
			"(vercel/ai#14832), the 3.x line never does, " +
			"and the entry points /anthropic and /mantle do not either, up to 5.0.101."))
	})

	It("tells users of other libraries in those libraries' words", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy",
			"env")
		r := suite.Check(ctx, "vercel-user-keys", subject, nil, harness.Bucket("uploads"))
		Expect(r.Diagnosis.Problems()).To(HaveLen(1))
		Expect(r.Diagnosis.Problems()[0].Change).To(
			ContainSubstring("pass credentials: { accessKeyId, secretAccessKey } to the client"))
		Expect(r.Diagnosis.Problems()[0].Library).To(HavePrefix("AWS SDK for JavaScript v3 3."))

		cli := suite.Tool(ctx, "python-boto3", "aws", "s3api", "list-buckets")
		r = suite.Check(ctx, "vercel-user-keys", cli, nil, harness.Bucket("uploads"))
		Expect(r.Diagnosis.Problems()).To(HaveLen(1))
		Expect(r.Diagnosis.Problems()[0].Change).To(ContainSubstring("env -u AWS_SESSION_TOKEN aws"))
	})

	It("has nothing to say of what works", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-ai-sdk", "--package", fixed, "--strategy", "explicit")
		r := suite.Check(ctx, "vercel", subject, suite.AcceptedAsUser(converse))
		Expect(r.Diagnosis.Findings).To(BeEmpty())
	})
})
