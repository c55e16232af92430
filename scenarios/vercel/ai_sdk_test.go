package vercel_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The AI SDK's Bedrock provider 3.0.70 takes the session token from the
// environment even when key and secret are given as options
// (https://github.com/vercel/ai/issues/14136, fixed by vercel/ai#14832 in
// 4.0.98 and never in the 3.x line). On Vercel that is the platform's own token.
const (
	broken = "3.0.70"
	fixed  = "4.0.186"

	converse = "bedrock:Converse"
	invalid  = "AI_APICallError: The security token included in the request is invalid"
	noKey    = "AWS access key ID setting is missing"
	noRegion = "AWS region setting is missing"
)

var _ = Describe("the AI SDK's Bedrock provider", func() {
	check := func(ctx SpecContext, host, version, strategy string, claim suite.Claim) {
		subject := suite.Subject(ctx, "node-ai-sdk", "--package", version, "--strategy", strategy)
		suite.Check(ctx, host, subject, claim, withRegion(host)...)
	}
	describe := func(host, version, strategy string, _ suite.Claim) string {
		return fmt.Sprintf("on %s, %s, strategy %s", host, version, strategy)
	}
	accepted := suite.AcceptedAsUser(converse)
	leaked := suite.ForeignToken(converse, suite.KeyVariable).With(expect.FailedWith(invalid))
	envLeaked := suite.ForeignToken(converse, "AWS_ACCESS_KEY_ID").With(expect.FailedWith(invalid))
	// The platform's own three variables work as credentials, of a principal
	// that may do nothing. The AI SDK shows only the status text, as the message
	// comes under a capital "Message".
	asPlatform := suite.Claim{
		expect.Refused(converse, "AccessDeniedException"), expect.FailedWith("AI_APICallError: Forbidden"),
		expect.Diagnosed(diagnose.NotAllowed, "AWS_ACCESS_KEY_ID"),
	}

	DescribeTable("where the host injects only a token", check, describe,
		Entry(nil, "vercel", broken, "explicit", leaked),
		Entry(nil, "vercel", broken, "explicit-undefined", leaked),
		Entry(nil, "vercel", broken, "explicit-empty", accepted),
		Entry(nil, "vercel", broken, "provider", accepted),
		Entry(nil, "vercel", broken, "env", suite.Never(noKey)),
		Entry(nil, "vercel", broken, "bearer", accepted),
		Entry(nil, "vercel", fixed, "explicit", accepted),
		Entry(nil, "vercel", fixed, "explicit-undefined", accepted),
		Entry(nil, "vercel", fixed, "explicit-empty", accepted),
		Entry(nil, "vercel", fixed, "provider", accepted),
		Entry(nil, "vercel", fixed, "env", suite.Never(noKey)),
		Entry(nil, "vercel", fixed, "bearer", accepted),
	)
	DescribeTable("where the project sets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY beside the platform's token",
		check, describe,
		Entry(nil, "vercel-user-keys", broken, "explicit", leaked),
		Entry(nil, "vercel-user-keys", broken, "provider", accepted),
		Entry(nil, "vercel-user-keys", broken, "explicit-empty", accepted),
		Entry(nil, "vercel-user-keys", broken, "env", envLeaked),
		Entry(nil, "vercel-user-keys", broken, "bearer", accepted),
		Entry(nil, "vercel-user-keys", fixed, "explicit", accepted),
		Entry(nil, "vercel-user-keys", fixed, "env", envLeaked),
	)
	DescribeTable("where the host injects all five variables", check, describe,
		Entry(nil, "vercel-lambda", broken, "explicit", leaked),
		Entry(nil, "vercel-lambda", broken, "explicit-undefined", leaked),
		Entry(nil, "vercel-lambda", broken, "explicit-empty", accepted),
		Entry(nil, "vercel-lambda", broken, "provider", accepted),
		Entry(nil, "vercel-lambda", broken, "env", asPlatform),
		Entry(nil, "vercel-lambda", broken, "bearer", accepted),
		Entry(nil, "vercel-lambda", fixed, "explicit", accepted),
		Entry(nil, "vercel-lambda", fixed, "env", asPlatform),
	)
	DescribeTable("on Fluid compute and under vercel dev, which inject no credentials", check, describe,
		Entry(nil, "vercel-fluid", broken, "explicit", accepted),
		Entry(nil, "vercel-fluid", broken, "env", suite.Never(noKey)),
		Entry(nil, "vercel-fluid", broken, "bearer", accepted),
		Entry(nil, "vercel-fluid", fixed, "explicit", accepted),
		Entry(nil, "vercel-dev", broken, "explicit", accepted),
		Entry(nil, "vercel-dev", broken, "provider", accepted),
		Entry(nil, "vercel-dev", fixed, "explicit", accepted),
	)

	It("needs AWS_REGION from the project where the host sets none", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-ai-sdk", "--package", fixed, "--strategy", "explicit")
		suite.Check(ctx, "vercel-dev", subject, suite.Never(noRegion))
	})
	It("has the function's region on Fluid compute, and calls Bedrock there", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-ai-sdk", "--package", fixed, "--strategy", "explicit")
		r := suite.Check(ctx, "vercel-fluid", subject, accepted, harness.With(harness.Project{Region: "us-west-1"}))
		Expect(r.Exchanges[0].Region).To(Equal("us-west-1"), "by its host name or its signature")
	})

	It("streams", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-ai-sdk", "--package", broken, "--strategy", "provider", "--operation",
			"converse-stream", "--prompt", "one two three")
		r := suite.Check(ctx, "vercel", subject, suite.AcceptedAsUser("bedrock:ConverseStream"))
		Expect(string(r.Stdout)).To(ContainSubstring(`"echo: one two three"`))
	})

	It("refuses a stream before it opens", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-ai-sdk", "--package", broken, "--strategy", "explicit", "--operation",
			"converse-stream")
		suite.Check(ctx, "vercel", subject, suite.ForeignToken("bedrock:ConverseStream", suite.KeyVariable))
	})
})

// withRegion is the project's own AWS_REGION where the host sets none.
func withRegion(host string) []harness.Option {
	if host == "vercel-dev" {
		return []harness.Option{harness.Set("AWS_REGION", "us-east-1")}
	}
	return nil
}
