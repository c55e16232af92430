package clock_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// allowance is how far off a service lets a clock be, and how it refuses one that
// is further off.
type allowance struct {
	service string
	call    string
	minutes int
	status  int
	code    string
	silent  bool // the message does not say by how much
}

// The sources: S3 https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
// and versity/versitygw#1514; STS
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html;
// DynamoDB aws-amplify/amplify-js#3719; Bedrock anthropics/anthropic-sdk-go#122.
var allowances = []allowance{
	{"s3", "s3:ListBuckets", 15, 403, "RequestTimeTooSkewed", true},
	{"sts", "sts:GetCallerIdentity", 15, 403, "SignatureDoesNotMatch", false},
	{"dynamodb", "dynamodb:ListTables", 15, 400, "InvalidSignatureException", false},
	{"bedrock", "bedrock:Converse", 5, 403, "InvalidSignatureException", false},
}

const tooSkewed = "The difference between the request time and the current time is too large."

// message is a pattern of the service's words.
func (a allowance) message(ahead time.Duration) string {
	const stamp = `\d{8}T\d{6}Z`
	switch {
	case a.silent:
		return "^" + tooSkewed + "$"
	case ahead < 0:
		return fmt.Sprintf(`^Signature expired: %s is now earlier than %s \(%s - %d min\.\)$`, stamp, stamp, stamp,
			a.minutes)
	}
	return fmt.Sprintf(`^Signature not yet current: %s is still later than %s \(%s \+ %d min\.\)$`, stamp, stamp, stamp,
		a.minutes)
}

func (a allowance) refuses(ahead time.Duration) bool {
	return ahead.Abs() > time.Duration(a.minutes)*time.Minute
}

// corrects says which SDKs take the time from the Date header of a refusal, try
// again at once, and sign with it from then on. Seen here, and in
// https://github.com/aws/aws-sdk-js-v3/blob/main/packages/core/src/submodules/httpAuthSchemes/utils/getUpdatedSystemClockOffset.ts
// and https://github.com/aws/aws-sdk-go-v2/blob/main/internal/middleware/middleware.go;
// botocore has nothing like it.
var corrects = map[string]bool{js: true, golang: true, boto3: false, cli: false}

// skews are how far the subject's clock is ahead of AWS's, and how the diagnosis
// says it.
var skews = []struct {
	ahead time.Duration
	said  string
}{
	{6 * time.Minute, "6 minutes ahead of AWS's"},
	{-6 * time.Minute, "6 minutes behind AWS's"},
	{time.Hour, "60 minutes ahead of AWS's"},
	{-time.Hour, "60 minutes behind AWS's"},
}

var withKeys = harness.User("app", harness.Allow(everything...), harness.KeyAs("AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY"))

var _ = Describe("a clock", func() {
	for _, skew := range skews {
		for _, sdk := range sdks {
			It("that is "+skew.said+" is refused by what allows less, and corrected or not, with "+sdk,
				func(ctx SpecContext) {
					s := serve(ctx, sdk, "local", withKeys, harness.SubjectClock(skew.ahead))
					for _, a := range allowances {
						first, second := s.call(ctx, a.service), s.call(ctx, a.service)
						Expect(second.OK).To(Equal(first.OK))
						if Expect(first.OK).To(Equal(corrects[sdk] || !a.refuses(skew.ahead)), a.service); !first.OK {
							Expect(first.Code).To(Equal(a.code))
							Expect(first.Message).To(MatchRegexp(a.message(skew.ahead)))
						}
					}
					r := s.end()
					for _, a := range allowances {
						calls := r.Calls(a.call)
						switch {
						case !a.refuses(skew.ahead):
							Expect(accepted(calls)).To(Equal([]bool{true, true}))
						case corrects[sdk]:
							Expect(accepted(calls)).To(Equal([]bool{false, true, true}), "one refusal a client")
						default:
							Expect(accepted(calls)).To(Equal([]bool{false, false}), "tried once a call")
						}
					}
					claimSkew(r, skew.ahead, skew.said, corrects[sdk])
				})
		}

		It("that is "+skew.said+" is refused by what allows less, with the AWS CLI", func(ctx SpecContext) {
			needClock(cli)
			for _, a := range allowances {
				d := harness.StartTest(GinkgoT(), "local", withKeys, harness.SubjectClock(skew.ahead),
					harness.Set("AWS_DEFAULT_REGION", "us-east-1"))
				r, err := d.Run(ctx, suite.Tool(ctx, "python-boto3", "aws", commands[a.service]...))
				Expect(err).NotTo(HaveOccurred())
				Expect(accepted(r.Calls(a.call))).To(Equal([]bool{!a.refuses(skew.ahead)}))
				if a.refuses(skew.ahead) {
					Expect(string(r.Stderr)).To(ContainSubstring("An error occurred (" + a.code +
						") when calling the "))
					Expect(r.Calls(a.call)[0].Message).To(MatchRegexp(a.message(skew.ahead)))
					claimSkew(r, skew.ahead, skew.said, false)
				}
			}
		})
	}

	for _, sdk := range []string{js, golang} {
		It("that is wrong costs the first call where retries are off, and no other, with "+sdk, func(ctx SpecContext) {
			s := serve(ctx, sdk, "local", withKeys, harness.SubjectClock(time.Hour), harness.Set("AWS_MAX_ATTEMPTS",
				"1"))
			Expect(s.call(ctx, "sts").Code).To(Equal("SignatureDoesNotMatch"))
			s.works(ctx, "sts")
			f := finding(s.end(), diagnose.ClockSkew)
			Expect(f.Hazard).To(BeFalse())
			Expect(f.Change).To(ContainSubstring("leave retries on"))
		})
	}

	It("that is set right while the server runs is right for the next call", func(ctx SpecContext) {
		s := serve(ctx, boto3, "local", withKeys, harness.SubjectClock(-time.Hour))
		Expect(s.call(ctx, "sts").Code).To(Equal("SignatureDoesNotMatch"))
		Expect(s.SetSubjectClock(0)).To(Succeed())
		s.works(ctx, "sts")
		s.end()
	})
})

// commands are the calls of the services, for the AWS CLI.
var commands = map[string][]string{
	"s3": {"s3api", "list-buckets"}, "sts": {"sts", "get-caller-identity"}, "dynamodb": {"dynamodb", "list-tables"},
	"bedrock": {"bedrock-runtime", "converse", "--model-id", "anthropic.claude-3-haiku-20240307-v1:0", "--messages",
		`[{"role": "user", "content": [{"text": "ping"}]}]`},
}

// claimSkew claims that the diagnosis names the skew: as a problem, or where the
// SDK corrected it as a hazard.
func claimSkew(r *harness.Result, ahead time.Duration, said string, corrected bool) {
	GinkgoHelper()
	refused := finding(r, diagnose.ClockSkew)
	Expect(refused.What).To(ContainSubstring(said))
	Expect(refused.What).To(MatchRegexp(`more than (5|15) minutes apart`))
	Expect(refused.Hazard).To(Equal(corrected))
	if corrected {
		Expect(refused.Why).To(ContainSubstring("from the Date header"))
	} else {
		Expect(refused.Why).To(ContainSubstring("does not set its clock by AWS's answers"))
	}
	if ahead.Abs() < 15*time.Minute && len(r.Calls("s3:ListBuckets")) > 0 {
		Expect(finding(r, diagnose.ClockDrift).What).To(SatisfyAll(ContainSubstring("was accepted"),
			ContainSubstring(said)))
	}
}

func accepted(calls []mockaws.Exchange) (out []bool) {
	for _, e := range calls {
		out = append(out, e.Verdict.Accepted)
	}
	return out
}
