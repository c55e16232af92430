package vercel_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/scenarios/internal/gosdk"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// AWS's own SDKs keep explicit credentials apart from the environment, but their
// environment providers take key, secret and token name by name and cannot see
// that a token is not the key's.

const bearerInEnvironment = "AWS_BEARER_TOKEN_BEDROCK"

var _ = Describe("the AWS SDK for Go v2", func() {
	accepted := suite.Claim{expect.Succeeded(), expect.Accepted(converse, suite.UserARN)}
	byHand := suite.ForeignToken(converse, suite.KeyVariable)
	envMixed := suite.ForeignToken(converse, "AWS_ACCESS_KEY_ID")
	nothing := suite.Never("no EC2 IMDS role found")
	asPlatform := suite.Claim{
		expect.Refused(converse, "AccessDeniedException"),
		expect.FailedWith("is not authorized to perform: bedrock:InvokeModel"),
		expect.Diagnosed(diagnose.NotAllowed, "AWS_ACCESS_KEY_ID"),
	}

	DescribeTable("Converse",
		func(ctx SpecContext, host string, s gosdk.Strategy, claim suite.Claim) {
			suite.Check(ctx, host, gosdk.Converse(s), claim, withRegion(host)...)
		},
		func(host string, s gosdk.Strategy, _ suite.Claim) string {
			return fmt.Sprintf("on %s, strategy %s", host, s)
		},
		Entry(nil, "vercel", gosdk.Explicit, accepted),
		Entry(nil, "vercel", gosdk.StaticIfPresent, accepted),
		Entry(nil, "vercel", gosdk.MixedByHand, byHand),
		Entry(nil, "vercel", gosdk.Env, nothing),
		Entry(nil, "vercel-user-keys", gosdk.Explicit, accepted),
		Entry(nil, "vercel-user-keys", gosdk.Env, envMixed),
		Entry(nil, "vercel-lambda", gosdk.Explicit, accepted),
		Entry(nil, "vercel-lambda", gosdk.MixedByHand, byHand),
		Entry(nil, "vercel-lambda", gosdk.Env, asPlatform),
		Entry(nil, "vercel-fluid", gosdk.Explicit, accepted),
		Entry(nil, "vercel-fluid", gosdk.MixedByHand, accepted), // there is no token to copy
		Entry(nil, "vercel-fluid", gosdk.Env, nothing),
		Entry(nil, "vercel-dev", gosdk.Explicit, accepted),
	)

	// The SDK takes the bearer token of the environment whatever keys there are,
	// and sends it over TLS only; loopback endpoints are plain HTTP.
	It("does not send a bearer token over plain HTTP", func(ctx SpecContext) {
		suite.Check(ctx, "vercel", gosdk.Converse(gosdk.Bearer),
			suite.Never("bearer token with HTTP request requires HTTPS"),
			harness.User("bearer", harness.BearerAs(bearerInEnvironment)))
	})

	It("shows who the platform's own variables are", func(ctx SpecContext) {
		suite.Check(ctx, "vercel-lambda", gosdk.WhoAmI(gosdk.Env), suite.Claim{
			expect.Accepted("sts:GetCallerIdentity", platformARN), expect.Diagnosed(diagnose.PlatformPrincipal,
				"AWS_ACCESS_KEY_ID"),
		})
	})

	It("reaches S3 with explicit keys", func(ctx SpecContext) {
		suite.Check(ctx, "vercel", gosdk.PutAndGet(gosdk.Explicit, "uploads"),
			suite.Claim{expect.Accepted("s3:PutObject", suite.UserARN), expect.Accepted("s3:GetObject", suite.UserARN)},
			harness.Bucket("uploads"))
	})
})

// The platform's identity in the fixtures: invented, as Vercel's is not public.
const platformARN = "arn:aws:sts::999988887777:assumed-role/vercel-function/fn"

// The article that this reproduces saw S3 work where Bedrock failed, with the
// same key on the same deployment: the one SDK leaves the environment's token
// alone, the other library does not.
var _ = Describe("@aws-sdk/client-s3 3.772.0", func() {
	s3 := func(ctx SpecContext, strategy, operation string) *harness.CommandSubject {
		return suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", operation, "--strategy", strategy)
	}

	DescribeTable("with the user's key given explicitly",
		func(ctx SpecContext, operation, call string) {
			suite.Check(ctx, "vercel", s3(ctx, "explicit", operation), suite.AcceptedAsUser(call),
				harness.Bucket("uploads"))
		},
		Entry("lists buckets", "list-buckets", "s3:ListBuckets"),
		Entry("puts an object", "put-object", "s3:PutObject"),
		Entry("puts and gets an object", "put-and-get", "s3:GetObject"),
	)

	It("sends the platform's token with the user's key when it takes all from the environment", func(ctx SpecContext) {
		suite.Check(ctx, "vercel-user-keys", s3(ctx, "env", "list-buckets"), suite.Claim{
			expect.Refused("s3:ListBuckets", "InvalidToken", "The provided token is malformed or otherwise invalid."),
			expect.MixedCredentials("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"),
			expect.FailedWith("InvalidToken"),
		}, harness.Bucket("uploads"))
	})

	It("finds no credentials in a token alone", func(ctx SpecContext) {
		suite.Check(ctx, "vercel", s3(ctx, "env", "list-buckets"),
			suite.Never("CredentialsProviderError: Could not load credentials from any providers"))
	})
})

var _ = Describe("CloudTrail", func() {
	It("shows the accepted calls only, as the article's author saw", func(ctx SpecContext) {
		d := harness.StartTest(GinkgoT(), "vercel", harness.User("app", harness.Allow("bedrock:*",
			"cloudtrail:LookupEvents"),
			harness.KeyAs(suite.KeyVariable, suite.SecretVariable)))
		for _, s := range []gosdk.Strategy{gosdk.MixedByHand, gosdk.Explicit, gosdk.MixedByHand} {
			_, err := d.Run(ctx, gosdk.Converse(s))
			Expect(err).NotTo(HaveOccurred())
		}
		var events []string
		r, err := d.Run(ctx, gosdk.EventNames(gosdk.Explicit, &events))
		Expect(err).NotTo(HaveOccurred())
		Expect(r).To(expect.Succeeded())
		Expect(events).To(Equal([]string{"Converse by app"}))
	})
})
