package githubactions_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const (
	host   = "github-actions-oidc"
	list   = "s3:ListBuckets"
	issuer = "https://token.actions.githubusercontent.com"
	// The subject of repositories of today, and of older ones: github/docs#45221.
	onMain      = "repo:acme@123456/app@456789:ref:refs/heads/main"
	onMainNames = "repo:acme/app:ref:refs/heads/main"
)

// step runs a step that asks GitHub for a token and assumes the role itself.
func step(ctx SpecContext, claim suite.Claim, args []string, opts ...harness.Option) {
	GinkgoHelper()
	d := harness.StartTest(GinkgoT(), host, append([]harness.Option{harness.RoleAllow("deploy", "s3:*")}, opts...)...)
	r, err := d.Run(ctx, suite.Subject(ctx, "node-github-oidc",
		append([]string{"--role", "arn:aws:iam::" + harness.DefaultAccount + ":role/deploy"}, args...)...))
	Expect(err).NotTo(HaveOccurred())
	Expect(r).To(SatisfyAll(claim...))
	// @actions/core prints the token once, for the runner to mask: ::add-mask::
	Expect(r).To(expect.NoSecretIn([]byte(r.String()), r.Stderr))
}

// of are the claims of a job with another subject.
func of(sub string, more map[string]any) harness.Option {
	claims := map[string]any{"sub": sub}
	for k, v := range more {
		claims[k] = v
	}
	return harness.TokenClaims("github", claims)
}

func trust(condition string) harness.Option {
	return harness.RoleTrust("deploy", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": "${issuer.github.arn}"},
		"Action": "sts:AssumeRoleWithWebIdentity", "Condition": `+condition+`}]}`)
}

var asRole = suite.Claim{expect.Succeeded(), expect.Accepted(suite.Exchange, "web identity "+onMain+" of "+issuer),
	expect.Accepted(list, suite.RoleARN("deploy", "GitHubActions"))}

var _ = Describe("a job after configure-aws-credentials with OpenID Connect", func() {
	for _, client := range suite.Clients {
		It("has the role's session in the environment of "+client.Name, func(ctx SpecContext) {
			suite.Check(ctx, host, client.Subject(ctx), suite.AsRole(list, "deploy", "GitHubActions"),
				harness.RoleAllow("deploy",
					"s3:*"), harness.Bucket("uploads"))
		})
	}
})

var _ = Describe("a step that asks for the token itself, with @actions/core 1.11.1", func() {
	It("gets the role", func(ctx SpecContext) { step(ctx, asRole, nil) })

	It("gets a token for the audience that it asks for, which the account's provider may not know",
		func(ctx SpecContext) {
			step(ctx, suite.Claim{expect.Refused(suite.Exchange, "InvalidIdentityToken", "Incorrect token audience"),
				expect.Diagnosed(diagnose.BadIdentityToken)},
				[]string{"--audience", "https://github.com/acme"})
		})
	It("gets no token without the permission id-token: write, and says so", func(ctx SpecContext) {
		step(ctx, suite.Claim{expect.NoCalls(),
			expect.FailedWith("Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable")},
			nil,
			harness.Unset("ACTIONS_ID_TOKEN_REQUEST_URL"), harness.Unset("ACTIONS_ID_TOKEN_REQUEST_TOKEN"))
	})
	for _, bad := range suite.BadTokens("github") {
		It("is refused a token "+bad.What, func(ctx SpecContext) {
			code := bad.Code
			if code == "" {
				code = "InvalidIdentityToken"
			}
			step(ctx, suite.Claim{expect.Refused(suite.Exchange, code), expect.FailedWith(bad.Message),
				expect.Diagnosed(diagnose.BadIdentityToken)}, nil, bad.Option)
		})
	}

	DescribeTable("is let in, or not, by the trust policy",
		func(ctx SpecContext, claim suite.Claim, opts ...harness.Option) { step(ctx, claim, nil, opts...) },
		Entry("another branch of the repository is, by repo:acme@123456/app@456789:*", suite.Claim{expect.Succeeded()},
			of("repo:acme@123456/app@456789:ref:refs/heads/next", nil)),
		Entry("another repository is not", suite.NotTrusted, of("repo:acme@123456/other@456790:ref:refs/heads/main",
			nil)),
		Entry("another owner's repository of the same name is not", suite.NotTrusted,
			of("repo:evil@654321/app@987654:ref:refs/heads/main",
				nil)),
		Entry("a pull request is not, where the policy names the branch", suite.NotTrusted,
			of("repo:acme@123456/app@456789:pull_request",
				nil),
			trust(`{"StringEquals": {"${issuer.github.host}:sub": "repo:acme@123456/app@456789:ref:refs/heads/main"}}`)),
		Entry("a job with an environment is not, where the policy names the branch: the environment takes its place",
			suite.NotTrusted,
			of("repo:acme@123456/app@456789:environment:production", map[string]any{"environment": "production"}),
			trust(`{"StringEquals": {"${issuer.github.host}:sub": "repo:acme@123456/app@456789:ref:refs/heads/main"}}`)),
		Entry("a wildcard under StringEquals is taken by the letter", suite.NotTrusted,
			trust(`{"StringEquals": {"${issuer.github.host}:sub": "repo:acme@123456/app@456789:*"}}`)),
		Entry("a policy that has names without ids does not fit the subject of a repository of today", suite.NotTrusted,
			trust(`{"StringLike": {"${issuer.github.host}:sub": "repo:acme/app:*"}}`)),
		Entry("one that has wildcards for the ids does", suite.Claim{expect.Succeeded()},
			trust(`{"StringLike": {"${issuer.github.host}:sub": "repo:acme@*/app@*:*"}}`)),
		Entry("ids stay when another owner takes the name", suite.NotTrusted,
			of("repo:acme@999999/app@888888:ref:refs/heads/main", nil)),
		Entry("repository_id is a condition key", suite.Claim{expect.Succeeded()},
			trust(`{"StringEquals": {"${issuer.github.host}:repository_id": "456789"}}`)),
		Entry("the claim repository is a condition key", suite.Claim{expect.Succeeded()},
			trust(`{"StringEquals": {"${issuer.github.host}:repository": "acme/app"}}`)),
		Entry("and decides", suite.NotTrusted,
			trust(`{"StringEquals": {"${issuer.github.host}:repository": "acme/other"}}`)),
	)
	It("has a subject of names in a repository of before July 2026, which a policy with ids does not let in",
		func(ctx SpecContext) {
			older := harness.StartTest(GinkgoT(), "github-actions-oidc-names", harness.RoleAllow("deploy", "s3:*"))
			subject := suite.Subject(ctx, "node-github-oidc", "--role", "arn:aws:iam::"+harness.DefaultAccount+
				":role/deploy")
			r, err := older.Run(ctx, subject)
			Expect(err).NotTo(HaveOccurred())
			Expect(r).To(expect.Accepted(suite.Exchange, "web identity "+onMainNames+" of "+issuer))
			step(ctx, suite.NotTrusted, nil, of(onMainNames, nil))
		})
	It("is not let in with the token of a fork that says it is the repository", func(ctx SpecContext) {
		step(ctx, suite.Claim{expect.Refused(suite.Exchange, "InvalidIdentityToken"),
			expect.Diagnosed(diagnose.BadIdentityToken)},
			nil, harness.TokenDefect("github", oidc.Tampered))
	})
})
