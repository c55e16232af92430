package faults_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

var inSandbox = harness.WithIsolation(isolation.Sandbox)

//go:embed testdata/generate.mjs
var generate string

// generations of the AI SDK's Bedrock provider, by version: the names of its
// package and of the AI SDK's in fixtures/subjects/node-ai-sdk.
var generations = map[string][]harness.Option{
	"3.0.137": {harness.Set("PROVIDER", "amazon-bedrock-3"), harness.Set("AI", "ai")},
	"5.0.101": {harness.Set("PROVIDER", "amazon-bedrock-5"), harness.Set("AI", "ai-7")},
}

// converse has the AI SDK make one call of Bedrock, with explicit keys.
func converse(ctx SpecContext, version string, f fault.Fault) *harness.Result {
	GinkgoHelper()
	suite.NeedIsolation(ctx, isolation.Sandbox)
	d := harness.StartTest(GinkgoT(), "local", append(generations[version], inSandbox, harness.Set("AWS_REGION",
		"us-east-1"), harness.Fault("bedrock:*", f),
		harness.User("app", harness.Allow("bedrock:*"), harness.KeyAs(suite.KeyVariable, suite.SecretVariable)))...)
	r, err := d.Run(ctx, suite.NodeScript(ctx, "node-ai-sdk", generate))
	Expect(err).NotTo(HaveOccurred())
	Expect(blamed(r)).To(BeEmpty(), "%s", r)
	return r
}

// The AI SDK tries three times (maxRetries is 2), with pauses of 2 and 4 seconds,
// what its provider says can be tried again: 408, 409, 429, 5xx, and what fetch
// could not do (https://ai-sdk.dev/docs/reference/ai-sdk-core/generate-text).
var _ = Describe("faults of Bedrock, before it looks at credentials", func() {
	for _, t := range []struct {
		version, when string
		fault         fault.Fault
	}{
		{"3.0.137", "is throttled", fault.Throttle(1)},
		{"5.0.101", "is throttled", fault.Throttle(1)},
		{"5.0.101", "is unavailable", fault.Status(503, 1)},
		{"5.0.101", "resets the connection", fault.Reset(1)},
	} {
		It(fmt.Sprintf("are lived with by the AI SDK's provider %s when it %s once", t.version, t.when),
			func(ctx SpecContext) {
				r := converse(ctx, t.version, t.fault)
				Expect(r.Failed()).To(BeFalse(), "%s", r)
				Expect(r.Exchanges).To(HaveLen(2))
			})
	}
	It("end the AI SDK's provider 5.0.101 when the answer is 403, at once", func(ctx SpecContext) {
		r := converse(ctx, "5.0.101", fault.Status(403, always))
		Expect(r.Failed()).To(BeTrue())
		Expect(r.Exchanges).To(HaveLen(1))
	})
	It("end the AI SDK's provider 5.0.101 after three attempts when they last", func(ctx SpecContext) {
		r := converse(ctx, "5.0.101", fault.Throttle(always))
		Expect(r).To(expect.FailedWith("Failed after 3 attempts. Last error: "))
		Expect(r.Exchanges).To(HaveLen(3))
	})
})

// GitHub's token endpoint is asked by @actions/core, which tries ten times
// (https://github.com/actions/toolkit/blob/main/packages/core/src/oidc-utils.ts).
var _ = Describe("faults of GitHub's token endpoint", func() {
	ask := func(ctx SpecContext, f fault.Fault) *harness.Result {
		GinkgoHelper()
		suite.NeedIsolation(ctx, isolation.Sandbox)
		d := harness.StartTest(GinkgoT(), "github-actions-oidc", inSandbox, harness.RoleAllow("deploy", "s3:*"),
			harness.EndpointFault("idtoken", f), harness.WithTimeout(limit))
		r, err := d.Run(ctx, suite.Subject(ctx, "node-github-oidc", "--role", "arn:aws:iam::"+harness.DefaultAccount+
			":role/deploy"))
		Expect(err).NotTo(HaveOccurred())
		Expect(blamed(r)).To(BeEmpty(), "%s", r)
		return r
	}
	It("are lived with when it is unavailable once", func(ctx SpecContext) {
		r := ask(ctx, fault.Status(503, 1))
		Expect(r.Failed()).To(BeFalse(), "%s", r)
		Expect(r.Lookups).To(HaveLen(2))
	})
	It("end the step when the token is cut off", func(ctx SpecContext) {
		r := ask(ctx, fault.Malformed(always))
		Expect(r.Failed()).To(BeTrue(), "%s", r)
		Expect(r.Exchanges).To(BeEmpty())
	})
})

// STS cannot fetch the keys of Vercel's issuer, once
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html).
var _ = Describe("faults of Vercel's issuer", func() {
	It("are not the token's", func(ctx SpecContext) {
		suite.NeedIsolation(ctx, isolation.Sandbox)
		d := harness.StartTest(GinkgoT(), "vercel-oidc", inSandbox, harness.User("app"), harness.RoleAllow("app",
			"s3:*"), harness.Fault("oidc:*", fault.Reset(1)))
		headers, err := d.RequestHeaders()
		Expect(err).NotTo(HaveOccurred())
		request,
			err := json.Marshal(map[string]any{"headers": map[string]string{"x-vercel-oidc-token": headers.Get(
			"x-vercel-oidc-token")}})
		Expect(err).NotTo(HaveOccurred())
		subject := suite.Subject(ctx, "node-vercel-oidc", "--session", "request-1")
		subject.Stdin = bytes.NewReader(request)
		r, err := d.Run(ctx, subject)
		Expect(err).NotTo(HaveOccurred())
		Expect(r).To(SatisfyAll(expect.Refused(suite.Exchange, "InvalidIdentityToken"),
			expect.Diagnosed(diagnose.InjectedFault)))
		Expect(r.Calls(suite.Exchange)[0].Message).To(ContainSubstring(noKeys))
		Expect(blamed(r)).To(BeEmpty(), "%s", r)
	})
})
