package clock_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/mockaws/verdict"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// service is a call of each protocol, and what it says of a token that has
// expired.
type service struct {
	name, call    string
	code, message string // of an expired token
	status        int
}

// services, with the public sources of their words: S3 craftcms/cms#182, STS
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
// DynamoDB aws/aws-sdk-js#2646, Bedrock vercel/ai#2780 and
// https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html. Only
// S3's message is its own.
var services = []service{
	{"s3", "s3:ListBuckets", "ExpiredToken", "The provided token has expired.", 400},
	{"sts", "sts:GetCallerIdentity", "ExpiredToken", "The security token included in the request is expired", 403},
	{"dynamodb", "dynamodb:ListTables", "ExpiredTokenException",
		"The security token included in the request is expired", 400},
	{"bedrock", "bedrock:Converse", "ExpiredTokenException", "The security token included in the request is expired",
		403},
}

// everything is what the project may do.
var everything = []string{"s3:*", "dynamodb:*", "bedrock:*"}

var _ = Describe("the AWS CLI with session keys that have ended", func() {
	for _, service := range services {
		It("is refused by "+service.name, func(ctx SpecContext) {
			needClock(cli)
			d := harness.StartTest(GinkgoT(), "lambda", harness.RoleAllow("execution", everything...),
				harness.Lifetime("fn", time.Hour), harness.SubjectClock(0))
			Expect(d.Advance(ctx, time.Hour+time.Second)).To(Succeed())
			r, err := d.Run(ctx, suite.Tool(ctx, "python-boto3", "aws", commands[service.name]...))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(r.Stderr)).To(MatchRegexp(`An error occurred \(` + service.code +
				`\) when calling the \w+ operation: ` + service.message))
			Expect(finding(r, diagnose.ExpiredCredentials).Variables).To(Equal([]string{"AWS_SESSION_TOKEN"}))
		})
	}
})

var _ = Describe("a server with a copy of session keys", func() {
	for _, sdk := range sdks {
		It("is accepted up to their end and refused from then on, with "+sdk, func(ctx SpecContext) {
			s := serve(ctx, sdk, "lambda", harness.RoleAllow("execution", everything...), harness.Lifetime("fn",
				time.Hour),
				harness.Set("MY_AWS_ACCESS_KEY_ID", "${session.fn.accessKeyId}"),
				harness.Set("MY_AWS_SECRET_ACCESS_KEY", "${session.fn.secretAccessKey}"),
				harness.Set("MY_AWS_SESSION_TOKEN", "${session.fn.sessionToken}"), harness.Set("SESSION_ENDS",
					"${session.fn.expiration}"))
			env, err := s.Environment()
			Expect(err).NotTo(HaveOccurred())
			text, _ := env.Lookup("SESSION_ENDS")
			end, err := time.Parse(time.RFC3339, text)
			Expect(err).NotTo(HaveOccurred())

			// Not one second: a busy machine may take that long for a call.
			for _, left := range []time.Duration{time.Hour, 3 * time.Second} {
				for _, service := range services {
					s.until(ctx, end, left)
					s.works(ctx, service.name)
				}
			}
			s.until(ctx, end, -2*time.Second)
			for _, service := range services {
				Expect(s.call(ctx, service.name)).To(Equal(saw{Code: service.code, Message: service.message}),
					service.name)
			}

			r := s.end()
			for _, service := range services {
				calls := r.Calls(service.call)
				Expect(calls).To(HaveLen(3), "no SDK tries an expired token again")
				Expect(calls[2].Status).To(Equal(service.status))
				Expect(calls[2].Verdict.Refusal.Reason).To(Equal(verdict.TokenExpired))
			}
			late := finding(r, diagnose.ExpiredCredentials)
			Expect(late.Variables).To(Equal([]string{"AWS_SESSION_TOKEN", "MY_AWS_SESSION_TOKEN"}),
				"the same value stands under both names")
			Expect(late.Why).To(MatchRegexp(`^They ended at .*Z, [234] seconds before this call\.`))
			Expect(late.Change).NotTo(BeEmpty())
			soon := finding(r, diagnose.ExpiringCredentials)
			Expect(soon.Hazard).To(BeTrue())
			Expect(soon.What).To(MatchRegexp(`that end in [1-4] seconds?, at `))
		})
	}
})
