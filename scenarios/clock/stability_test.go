package clock_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// fakedTimers has libfaketime fake timers too, so that time.sleep works, with
// which botocore waits before it asks an endpoint again.
var fakedTimers = harness.Set("FAKETIME_DONT_FAKE_MONOTONIC", "0")

const stillExpired = "Credentials were refreshed, but the refreshed credentials are still expired."

// credentialsPath is of the requests that hand out credentials; "" is any.
var credentialsPath = map[string]string{"ec2": "/latest/meta-data/iam/security-credentials/app-instance"}

// stability is what becomes of calls when an endpoint hands out credentials that
// it says have expired, while AWS takes them
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html).
var stability = []struct {
	source source
	sdk    string
	fails  saw // OK: it goes on
	why    string
}{
	{sources[0], js, saw{OK: true},
		"https://github.com/smithy-lang/smithy-typescript/blob/main/packages/credential-provider-imds/src/utils/staticStabilityProvider.ts"},
	{sources[0], boto3, saw{OK: true}, "botocore/utils.py: InstanceMetadataFetcher._evaluate_expiration"},
	{sources[0], golang, saw{OK: true}, goIMDS},
	{sources[1], js, saw{OK: true}, "nothing looks at the expiration that was just fetched: " + jsWindow},
	{sources[1], boto3, saw{Code: "RuntimeError", Message: stillExpired}, "the rule is for EC2 alone: " + botoWindow},
	{sources[1], golang, saw{OK: true}, "nothing looks at the expiration that was just fetched: " +
		"https://github.com/aws/aws-sdk-go-v2/blob/main/aws/credential_cache.go"},
	{sources[2], js, saw{OK: true}, "as of ECS"},
	{sources[2], boto3, saw{Code: "RuntimeError", Message: stillExpired}, "as of ECS"},
	{sources[2], golang, saw{OK: true}, "as of ECS"},
}

var _ = Describe("credentials that the endpoint says have expired", func() {
	for _, row := range stability {
		does := "are what it goes on with"
		if !row.fails.OK {
			does = "make it give up"
		}
		It(does+" on "+row.source.host+", with "+row.sdk, func(ctx SpecContext) {
			s := serve(ctx, row.sdk, row.source.host, row.source.options()...)
			s.works(ctx, "s3")
			end := s.Now().Add(time.Hour)
			Expect(s.AddEndpointFault(row.source.name, fault.Stale(999).At("", credentialsPath[row.source.host]))).To(
				Succeed())
			for _, after := range []time.Duration{time.Second, 20 * time.Minute} {
				s.until(ctx, end, -after)
				Expect(s.call(ctx, "s3")).To(Equal(row.fails), row.why)
			}
			r := s.end()
			Expect(r.Accepted()).To(BeTrue(), "%s", r)
			if row.fails.OK {
				Expect(finding(r, diagnose.StaleCredentials).Hazard).To(BeTrue())
			}
		})
	}

	// Nothing is wrong with the credentials: the program's clock is past their end.
	It("are what the AWS CLI gives up with on ECS when its clock is ahead, and the diagnosis says why",
		func(ctx SpecContext) {
			needClock(cli)
			d := harness.StartTest(GinkgoT(), "ecs-fargate", harness.RoleAllow("task", everything...),
				harness.SubjectClock(7*time.Hour))
			r, err := d.Run(ctx, suite.Tool(ctx, "python-boto3", "aws", "s3api", "list-buckets"))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(r.Stderr)).To(ContainSubstring(stillExpired))
			none := finding(r, diagnose.NoCall)
			Expect(none.What).To(ContainSubstring("the refreshed credentials are still expired"))
			Expect(none.Change).To(ContainSubstring("Compare the program's clock with AWS's"))
		})
})

// expiredBy is how a call fails with credentials that have ended.
var expiredByS3 = saw{Code: services[0].code, Message: services[0].message}

// outage is what becomes of calls while an endpoint gives nothing, by how long
// the credentials of before still last.
type outage struct {
	source source
	sdk    string
	calls  map[time.Duration]saw
	why    string
	with   []harness.Option
}

var noProviders = saw{Code: "CredentialsProviderError", Message: "Could not load credentials from any providers"}

const fourteen, nine, four, over = 14 * time.Minute, 9 * time.Minute, 4 * time.Minute, -time.Minute

var works = saw{OK: true}

// botoGivesUp is botocore's answer to instance metadata that gives nothing: its
// fetcher returns an empty document, for which the refresh raises an error also
// where it was not yet mandatory.
var botoGivesUp = saw{Code: "CredentialRetrievalError",
	Message: "Error when retrieving credentials from iam-role: Credential refresh failed, response did not contain: " +
		"access_key, secret_key, token, expiry_time"}

// Only the JavaScript SDK uses what it has up to its end. boto3 fails up to 15
// minutes before it on EC2, and 10 on ECS; Go's 5 on ECS, while on EC2 it goes on
// with what has ended, until AWS refuses that.
//
// The JavaScript SDK's provider of instance metadata would go on, too, but its
// default chain makes a new one for each refresh, which has nothing to go on with
// (https://github.com/aws/aws-sdk-js-v3/blob/main/packages/credential-provider-node/src/defaultProvider.ts).
var outages = []outage{
	{source: sources[0], sdk: js, calls: map[time.Duration]saw{fourteen: works, four: works, over: noProviders},
		why: jsWindow},
	{source: sources[0], sdk: js, calls: map[time.Duration]saw{fourteen: works, four: works, over: expiredByS3},
		why:  "https://github.com/smithy-lang/smithy-typescript/blob/main/packages/credential-provider-imds/src/utils/staticStabilityProvider.ts",
		with: []harness.Option{harness.Set("INSTANCE_PROVIDER", "1")}},
	{source: sources[0], sdk: boto3, calls: map[time.Duration]saw{fourteen: botoGivesUp, four: botoGivesUp,
		over: botoGivesUp}, why: botoWindow},
	{source: sources[0], sdk: golang, calls: map[time.Duration]saw{fourteen: works, four: works, over: expiredByS3},
		why: goIMDS},
	{source: sources[1], sdk: js, calls: map[time.Duration]saw{fourteen: works, four: works, over: noProviders},
		why: jsWindow},
	{source: sources[1], sdk: boto3, calls: map[time.Duration]saw{fourteen: works,
		nine: {Code: "CredentialRetrievalError"}}, why: botoWindow},
	{source: sources[1], sdk: golang, calls: map[time.Duration]saw{fourteen: works, four: {Code: "InternalServerError"},
		over: {Code: "InternalServerError"}},
		why: "https://github.com/aws/aws-sdk-go-v2/blob/main/aws/credential_cache.go"},
}

var _ = Describe("an endpoint that gives nothing any more", func() {
	for _, row := range outages {
		name := row.sdk
		if row.with != nil {
			name += ", without its chain,"
		}
		It("is survived on "+row.source.host+" for as long as "+name+" goes on with what it has",
			func(ctx SpecContext) {
				s := serve(ctx, row.sdk, row.source.host, row.source.options(append(row.with, fakedTimers)...)...)
				s.works(ctx, "s3")
				end := s.Now().Add(time.Hour)
				Expect(s.AddEndpointFault(row.source.name, fault.Status(403, 999))).To(Succeed())
				for _, left := range []time.Duration{fourteen, nine, four, over} {
					want, asked := row.calls[left]
					if !asked {
						continue
					}
					s.until(ctx, end, left)
					got := s.call(ctx, "s3")
					if want.Message == "" {
						got.Message = ""
					}
					Expect(got).To(Equal(want), "with %v left: %s", left, row.why)
				}
				r := s.end()
				if row.calls[over] == expiredByS3 {
					Expect(finding(r, diagnose.ExpiredCredentials).Paragraph()).To(SatisfyAll(
						ContainSubstring("asked for new ones and got none"),
						ContainSubstring("Find out why the endpoint gives none")))
				}
			})
	}
})
