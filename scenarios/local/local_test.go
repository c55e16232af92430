package local_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/scenarios/internal/gosdk"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const converse = "bedrock:Converse"

// On a laptop nothing is injected: whatever a strategy makes of the variables
// that the user exported, it works. This is why nobody notices before the host.
var exported = []harness.Option{
	harness.Set("AWS_REGION", "us-east-1"),
	harness.Set("AWS_ACCESS_KEY_ID", "${user.accessKeyId}"),
	harness.Set("AWS_SECRET_ACCESS_KEY", "${user.secretAccessKey}"),
}

var _ = Describe("the AI SDK's Bedrock provider on a laptop", func() {
	accepted := suite.AcceptedAsUser(converse)
	var rows []any
	for _, version := range []string{"3.0.70", "4.0.186"} {
		for _, strategy := range []string{"explicit", "explicit-undefined", "explicit-empty", "provider", "env",
			"bearer"} {
			rows = append(rows, Entry(nil, version, strategy))
		}
	}
	DescribeTable("is accepted", append([]any{
		func(ctx SpecContext, version, strategy string) {
			suite.Check(ctx, "local", suite.Subject(ctx, "node-ai-sdk", "--package", version, "--strategy", strategy),
				accepted,
				exported...)
		},
		func(version, strategy string) string { return fmt.Sprintf("%s, strategy %s", version, strategy) },
	}, rows...)...)
})

var _ = Describe("AWS's SDKs on a laptop", func() {
	DescribeTable("the AWS SDK for Go v2 is accepted", suite.Accepts("local"),
		func(ctx SpecContext, s gosdk.Strategy) {
			suite.Check(ctx, "local", gosdk.Converse(s), suite.AcceptedAsUser(converse), exported...)
		},
		Entry("with explicit keys", gosdk.Explicit),
		Entry("with the keys of the environment", gosdk.Env),
		Entry("with static keys if present", gosdk.StaticIfPresent),
		Entry("with a copy of the environment's token, of which there is none", gosdk.MixedByHand),
	)

	DescribeTable("the AWS SDK for JavaScript v3 is accepted", suite.Accepts("local"),
		func(ctx SpecContext, service, operation, strategy, call string) {
			subject := suite.Subject(ctx, "node-aws-sdk", "--service", service, "--operation", operation, "--strategy",
				strategy)
			suite.Check(ctx, "local", subject, suite.AcceptedAsUser(call),
				append(exported, harness.Bucket("uploads"))...)
		},
		func(service, operation, strategy, _ string) string {
			return fmt.Sprintf("%s %s, strategy %s", service, operation, strategy)
		},
		Entry(nil, "s3", "put-and-get", "explicit", "s3:GetObject"),
		Entry(nil, "s3", "list-buckets", "env", "s3:ListBuckets"),
		Entry(nil, "bedrock", "converse", "explicit", converse),
		Entry(nil, "bedrock", "converse-stream", "env", "bedrock:ConverseStream"),
		Entry(nil, "bedrock", "invoke", "chain", "bedrock:InvokeModel"),
		Entry(nil, "sts", "get-caller-identity", "static-if-present", "sts:GetCallerIdentity"),
	)

	It("finds nothing where nothing is exported", suite.Refuses("local"), func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy",
			"env",
			"--region", "us-east-1")
		suite.Check(ctx, "local", subject, suite.Never("Could not load credentials from any providers"))
	})

	It("is refused with a secret that is not the key's", suite.Refuses("local"), func(ctx SpecContext) {
		suite.Check(ctx, "local", gosdk.Converse(gosdk.Env), suite.Claim{
			expect.Refused(converse, "InvalidSignatureException"), expect.Diagnosed(diagnose.WrongSecret,
				"AWS_ACCESS_KEY_ID"),
		}, harness.Set("AWS_REGION", "us-east-1"), harness.Set("AWS_ACCESS_KEY_ID", "${user.accessKeyId}"),
			harness.Set("AWS_SECRET_ACCESS_KEY", "${user.accessKeyId}${user.accessKeyId}"))
	})
})

// A gateway of one's own is asked in place of AWS, and the mock answers for it.
var _ = It("an endpoint of one's own leads to the mock", func(ctx SpecContext) {
	if err := isolation.Available(); err != nil {
		suite.Missing("sandbox", err)
	}
	r := suite.Check(ctx, "local", suite.Subject(ctx, "node-aws-sdk", "--service", "sts", "--operation",
		"get-caller-identity", "--strategy", "chain"), suite.AcceptedAsUser("sts:GetCallerIdentity"), append(exported,
		harness.WithIsolation(isolation.Sandbox), harness.Set("AWS_ENDPOINT_URL",
			"https://gateway.example.internal"))...)
	Expect(r.Exchanges[0].Host).To(Equal("gateway.example.internal"), "%s", r)
})
