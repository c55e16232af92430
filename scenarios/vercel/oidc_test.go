package vercel_test

import (
	"bytes"
	"encoding/json"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// Vercel's functions get an OpenID Connect token with each request, its builds
// one in the environment. The real helper of Vercel exchanges it at STS.

const (
	exchange = "sts:AssumeRoleWithWebIdentity"
	list     = "s3:ListBuckets"
	session  = "request-1"
)

// request is a request as the host passes it to a function, for the subject's
// standard input; nothing where the host adds no headers, as in a build.
func request(d *harness.Deployment) []byte {
	GinkgoHelper()
	headers, err := d.RequestHeaders()
	Expect(err).NotTo(HaveOccurred())
	if len(headers) == 0 {
		return nil
	}
	flat := map[string]string{}
	for name := range headers {
		flat[strings.ToLower(name)] = headers.Get(name)
	}
	text, err := json.Marshal(map[string]any{"headers": flat})
	Expect(err).NotTo(HaveOccurred())
	return text
}

// withOIDC runs a function that lists buckets with the role, and checks the claim.
func withOIDC(ctx SpecContext, host string, claim suite.Claim, opts []harness.Option, args ...string) {
	GinkgoHelper()
	d := harness.StartTest(GinkgoT(), host, append([]harness.Option{harness.User("app"), harness.RoleAllow("app",
		"s3:*"), harness.Bucket("uploads")}, opts...)...)
	subject := suite.Subject(ctx, "node-vercel-oidc", append([]string{"--session", session}, args...)...)
	incoming := request(d)
	subject.Stdin = bytes.NewReader(incoming)
	r, err := d.Run(ctx, subject)
	Expect(err).NotTo(HaveOccurred())
	Expect(r).To(SatisfyAll(claim...))
	Expect(r).To(expect.NoSecretIn([]byte(r.String()), r.Stdout, r.Stderr))
	var sent struct{ Headers map[string]string }
	if incoming != nil {
		Expect(json.Unmarshal(incoming, &sent)).To(Succeed())
		Expect(r.String()).NotTo(ContainSubstring(sent.Headers["x-vercel-oidc-token"]))
	}
}

// asRole claims that the token was taken and the call made with the role.
var asRole = suite.Claim{expect.Succeeded(), expect.Accepted(list, suite.RoleARN("app", session))}

// notTaken claims that STS refuses the token, and that the helper says so.
func notTaken(code, message string) suite.Claim {
	return suite.Claim{expect.Refused(exchange, code), expect.FailedWith(message),
		expect.Diagnosed(diagnose.BadIdentityToken)}
}

// notTrusted claims that the token is good and the role does not let it in.
var notTrusted = suite.Claim{
	expect.Refused(exchange, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
	expect.FailedWith("Not authorized to perform sts:AssumeRoleWithWebIdentity"), expect.Diagnosed(diagnose.NotTrusted),
}

func options(o ...harness.Option) []harness.Option { return o }

// in are the claims of a deployment to an environment.
func in(environment string) harness.Option {
	return harness.TokenClaims("vercel", map[string]any{"environment": environment,
		"sub": "owner:acme:project:app:environment:" + environment})
}

// trust is a trust policy for the team's issuer with other conditions.
func trust(condition string) harness.Option {
	return harness.RoleTrust("app", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": "${issuer.vercel.arn}"},
		"Action": "sts:AssumeRoleWithWebIdentity", "Condition": `+condition+`}]}`)
}

// The loose form of Vercel's documentation: any project, preview and production.
const loose = `{"StringEquals": {"${issuer.vercel.host}:aud": "https://vercel.com/${project.team}"},
	"StringLike": {"${issuer.vercel.host}:sub": ["owner:${project.team}:project:*:environment:preview", "owner:${project.team}:project:*:environment:production"]}}`

var _ = Describe("@vercel/oidc-aws-credentials-provider 3.3.9", func() {
	DescribeTable("exchanges the token for the role",
		func(ctx SpecContext, host string, args ...string) { withOIDC(ctx, host, asRole, nil, args...) },
		Entry("from the header of a request", "vercel-oidc"),
		Entry("from the environment of a build", "vercel-build"),
		Entry("of the issuer that all teams share", "vercel-oidc-global"),
		Entry("on a laptop after vercel env pull", "vercel-dev-oidc"),
		Entry("at module level in a build, where the token is a variable", "vercel-build", "--at", "module"),
	)

	DescribeTable("and so does @vercel/functions/oidc before it",
		func(ctx SpecContext, host string) { withOIDC(ctx, host, asRole, nil, "--provider", "functions") },
		Entry("from the header of a request", "vercel-oidc"),
		Entry("from the environment of a build", "vercel-build"),
	)

	It("finds no token at module level of a function: the header comes with a request", func(ctx SpecContext) {
		withOIDC(ctx, "vercel-oidc", suite.Never("The 'x-vercel-oidc-token' header is missing from the request."), nil,
			"--at", "module")
	})

	It("sends no signature and no foreign token to STS, whatever AWS variables there are", func(ctx SpecContext) {
		withOIDC(ctx, "vercel-oidc", asRole, options(harness.Set("AWS_ACCESS_KEY_ID", "ASIAQQQQQQQQQQQQQQQQ"),
			harness.Set("AWS_SECRET_ACCESS_KEY", strings.Repeat("s", 40)), harness.Set("AWS_SESSION_TOKEN",
				"IQoJb3JpZ2luX2Vj"+strings.Repeat("F", 500))))
	})

	It("gets the role, and the role no permission that no policy gives it", func(ctx SpecContext) {
		d := harness.StartTest(GinkgoT(), "vercel-oidc", harness.User("app"))
		subject := suite.Subject(ctx, "node-vercel-oidc", "--session", session)
		subject.Stdin = bytes.NewReader(request(d))
		r, err := d.Run(ctx, subject)
		Expect(err).NotTo(HaveOccurred())
		Expect(r).To(SatisfyAll(expect.Accepted(exchange,
			"web identity owner:acme:project:app:environment:production of https://oidc.vercel.com/acme"),
			expect.Refused(list, "AccessDenied"), expect.Diagnosed(diagnose.NotAllowed)))
	})

	DescribeTable("is refused a token that is wrong",
		func(ctx SpecContext, defect oidc.Defect, claim suite.Claim) {
			withOIDC(ctx, "vercel-build", claim, options(harness.TokenDefect("vercel", defect)))
		},
		Entry("signed with another key", oidc.WrongKey, notTaken("InvalidIdentityToken", "could not be validated")),
		Entry("changed after it was signed", oidc.Tampered, notTaken("InvalidIdentityToken", "could not be validated")),
		Entry("whose key nobody publishes", oidc.UnknownKey, notTaken("InvalidIdentityToken",
			"Couldn't retrieve verification key from your identity provider,  please reference")),
		Entry("for another audience", oidc.WrongAudience, notTaken("InvalidIdentityToken", "Incorrect token audience")),
		Entry("of another issuer", oidc.WrongIssuer, notTaken("InvalidIdentityToken",
			"No OpenIDConnect provider found in your account for https://issuer.example.invalid")),
		Entry("without an audience", oidc.NoAudience, notTaken("InvalidIdentityToken",
			"Missing a required claim: aud")),
		Entry("without a subject", oidc.NoSubject, notTaken("InvalidIdentityToken", "Missing a required claim: sub")),
		Entry("not signed at all", oidc.Unsigned, notTaken("InvalidIdentityToken", "could not be validated")),
		Entry("signed with the public key as a secret", oidc.Symmetric, notTaken("InvalidIdentityToken",
			"could not be validated")),
		Entry("issued a week ago", oidc.TooOld, notTaken("ExpiredTokenException", "Token too old: ")),
	)

	It("is refused while AWS cannot reach the issuer", func(ctx SpecContext) {
		withOIDC(ctx, "vercel-oidc", notTaken("InvalidIdentityToken",
			"Couldn't retrieve verification key from your identity provider,  please reference"),
			options(harness.IssuerDown("vercel")))
	})

	It("does not send an expired token: it wants to renew it, and there is no CLI to do it with",
		func(ctx SpecContext) {
			withOIDC(ctx, "vercel-oidc", suite.Claim{expect.NoCalls(),
				expect.FailedWith(
					"Unable to find project root directory. Have you linked your project with `vc link?`")},
				options(harness.TokenDefect("vercel", oidc.Expired)))
		})
})

var _ = Describe("the role's trust policy", func() {
	DescribeTable("that names one environment",
		func(ctx SpecContext, environment string, claim suite.Claim) {
			withOIDC(ctx, "vercel-oidc", claim, options(in(environment)))
		},
		Entry("lets that one in", oidc.Production, asRole),
		Entry("keeps previews out", oidc.Preview, notTrusted),
		Entry("keeps development out", oidc.Development, notTrusted),
	)
	DescribeTable("in the loose form of the documentation",
		func(ctx SpecContext, environment string, claim suite.Claim) {
			withOIDC(ctx, "vercel-oidc", claim, options(in(environment), trust(loose)))
		},
		Entry("lets production in", oidc.Production, asRole),
		Entry("lets previews in", oidc.Preview, asRole),
		Entry("keeps development out", oidc.Development, notTrusted),
	)
	It("keeps the project out once it is renamed", func(ctx SpecContext) {
		withOIDC(ctx, "vercel-oidc", notTrusted, options(harness.TokenClaims("vercel", map[string]any{
			"project": "app-2", "sub": "owner:acme:project:app-2:environment:production"})))
	})
	It("keeps everybody out that has a typo in the audience", func(ctx SpecContext) {
		withOIDC(ctx, "vercel-oidc", notTrusted,
			options(trust(`{"StringEquals": {"${issuer.vercel.host}:aud": "https://vercel.com/${project.team}/"}}`)))
	})
	It("that asks for the global issuer's keys keeps the team issuer's tokens out", func(ctx SpecContext) {
		withOIDC(ctx, "vercel-oidc", notTrusted,
			options(
				trust(`{"StringEquals": {"oidc.vercel.com:sub": "owner:acme:project:app:environment:production"}}`)))
	})
	It("of the global issuer lets no other team in", func(ctx SpecContext) {
		withOIDC(ctx, "vercel-oidc-global", notTrusted, options(harness.TokenClaims("vercel", map[string]any{
			"owner": "evil", "sub": "owner:evil:project:app:environment:production"})))
	})
})

// The exchange and the verification go to oidc.vercel.com itself, which only the
// sandbox can lead to the mock.
var _ = Describe("oidc.vercel.com", func() {
	BeforeEach(func() {
		if err := isolation.Available(); err != nil {
			suite.Missing("sandbox", err)
		}
	})
	inSandbox := harness.WithIsolation(isolation.Sandbox)
	audience := []string{"--audience", "sts.amazonaws.com"}

	DescribeTable("exchanges a token for one of another audience",
		func(ctx SpecContext, host string, claim suite.Claim, opts ...harness.Option) {
			withOIDC(ctx, host, claim.With(expect.Accepted("oidc:~token", "anonymous")), append(opts, inSandbox),
				audience...)
		},
		Entry("which the account's provider and the trust policy know", "vercel-oidc", asRole,
			harness.ProviderAudience("vercel", "sts.amazonaws.com"),
			trust(`{"StringEquals": {"${issuer.vercel.host}:aud": "sts.amazonaws.com"}}`)),
		Entry("which the account's provider does not know", "vercel-oidc", notTaken("InvalidIdentityToken",
			"Incorrect token audience")),
		Entry("which the trust policy does not know", "vercel-build", notTrusted, harness.ProviderAudience("vercel",
			"sts.amazonaws.com")),
		Entry("of the team's issuer, also in global mode", "vercel-oidc-global",
			notTaken("InvalidIdentityToken",
				"No OpenIDConnect provider found in your account for https://oidc.vercel.com/acme")),
	)

	It("publishes the keys with which a backend verifies the tokens of every team", func(ctx SpecContext) {
		withOIDC(ctx, "vercel-oidc", suite.Claim{expect.Succeeded(), expect.Accepted("oidc:jwks", "anonymous")},
			options(inSandbox), "--provider", "verify")
	})
	It("does not vouch for a token that somebody else signed", func(ctx SpecContext) {
		withOIDC(ctx, "vercel-oidc", suite.Claim{expect.FailedWith("signature verification failed")},
			options(inSandbox, harness.TokenDefect("vercel", oidc.WrongKey)), "--provider", "verify")
	})
})
