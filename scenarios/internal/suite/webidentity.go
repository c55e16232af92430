package suite

import (
	"context"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

// Exchange is the call that turns an OpenID Connect token into credentials.
const Exchange = "sts:AssumeRoleWithWebIdentity"

// TokenClients are unmodified programs that leave their credentials to their
// SDK's default chain, which finds a token file, and list S3's buckets.
var TokenClients = []TokenClient{
	{Clients[0], "InvalidIdentityTokenException", nil},
	{Client{"boto3", func(ctx context.Context) *harness.CommandSubject {
		ginkgo.GinkgoHelper()
		return Subject(ctx, "python-boto3")
	}}, "InvalidIdentityToken", []harness.Option{harness.Set("CALLS",
		`{"calls": [{"service": "s3", "operation": "ListBuckets"}], "cases": [{"name": "chain", "accessKeyId": null, "secretAccessKey": null}]}`)}},
	{Clients[1], "InvalidIdentityToken", nil},
}

// TokenClient is such a program.
type TokenClient struct {
	Client
	// Invalid is how it shows STS's code InvalidIdentityToken.
	Invalid string
	options []harness.Option
}

// MayUseS3 is what the role "app" of a host is allowed.
var MayUseS3 = harness.RoleAllow("app", "s3:*")

// CheckToken runs the client on a host and checks the claim.
func (c TokenClient) CheckToken(ctx ginkgo.SpecContext, host string, claim Claim,
	opts ...harness.Option) *harness.Result {
	ginkgo.GinkgoHelper()
	all := append([]harness.Option{harness.Bucket("uploads"), harness.Set("AWS_ROLE_SESSION_NAME", "run-1")},
		c.options...)
	d := harness.StartTest(ginkgo.GinkgoT(), host, append(all, opts...)...)
	r, err := d.Run(ctx, c.Subject(ctx))
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	gomega.Expect(r).To(gomega.SatisfyAll(claim...))
	gomega.Expect(r).To(expect.NoSecretIn([]byte(r.String()), r.Stdout, r.Stderr))
	return r
}

// BadToken is a token that STS does not take, and how it says so.
type BadToken struct {
	What          string
	Option        harness.Option
	Code, Message string // of STS; InvalidIdentityToken where Code is empty
}

// BadTokens are the bad tokens of an issuer that are tried with the client: the AWS
// CLI, which takes long to start, gets the telling ones only.
func (c TokenClient) BadTokens(issuer string) []BadToken {
	all := BadTokens(issuer)
	if c.Name != "the AWS CLI" {
		return all
	}
	return []BadToken{all[0], all[3], all[8]}
}

// BadTokens are the ways in which tokens of one of a host's issuers go wrong. The
// messages are AWS's, as far as they are known.
func BadTokens(issuer string) []BadToken {
	defect := func(d oidc.Defect) harness.Option { return harness.TokenDefect(issuer, d) }
	const noKey = "Couldn't retrieve verification key from your identity provider,  please reference " +
		"AssumeRoleWithWebIdentity documentation for requirements"
	const invalid = "could not be validated"
	return []BadToken{
		{"that has expired", defect(oidc.Expired), "ExpiredTokenException", "Token expired: current date/time "},
		{"that is too old", defect(oidc.TooOld), "ExpiredTokenException", "Token too old: "},
		{"that is not valid yet", defect(oidc.NotYetValid), "", invalid},
		{"that another key signed", defect(oidc.WrongKey), "", invalid},
		{"that was changed", defect(oidc.Tampered), "", invalid},
		{"that nobody signed", defect(oidc.Unsigned), "", invalid},
		{"that the public key signed as a secret", defect(oidc.Symmetric), "", invalid},
		{"of a key that nobody publishes", defect(oidc.UnknownKey), "", noKey},
		{"of an issuer that cannot be reached", harness.IssuerDown(issuer), "", noKey},
		{"of another issuer", defect(oidc.WrongIssuer), "",
			"No OpenIDConnect provider found in your account for https://issuer.example.invalid"},
		{"for another audience", defect(oidc.WrongAudience), "", "Incorrect token audience"},
		{"without an audience", defect(oidc.NoAudience), "", "Missing a required claim: aud"},
		{"without a subject", defect(oidc.NoSubject), "", "Missing a required claim: sub"},
		{"that is none", defect(oidc.NotAToken), "",
			"The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"},
	}
}

// Check claims that STS refuses the token, and that the client shows why.
func (b BadToken) Check(ctx ginkgo.SpecContext, host string, c TokenClient) {
	ginkgo.GinkgoHelper()
	code, shown := b.Code, b.Code
	if code == "" {
		code, shown = "InvalidIdentityToken", c.Invalid
	}
	r := c.CheckToken(ctx, host, Claim{expect.Refused(Exchange, code), expect.Diagnosed(diagnose.BadIdentityToken)},
		MayUseS3, b.Option)
	said := string(r.Stdout) + string(r.Stderr)
	gomega.Expect(said).To(gomega.SatisfyAll(gomega.ContainSubstring(shown), gomega.ContainSubstring(b.Message)))
}

// NotTrusted claims that the token is good and that the role's trust policy does
// not let it in.
var NotTrusted = Claim{
	expect.Refused(Exchange, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
	expect.Diagnosed(diagnose.NotTrusted),
}
