package suite

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
)

// UserARN is the principal of every deployment's user, "app".
const UserARN = "arn:aws:iam::" + harness.DefaultAccount + ":user/app"

// The names under which a project keeps its user's credentials.
const (
	KeyVariable    = "MY_AWS_ACCESS_KEY_ID"
	SecretVariable = "MY_AWS_SECRET_ACCESS_KEY"
	BearerVariable = "MY_BEDROCK_API_KEY"
)

// Claim is what a strategy is expected to lead to on a host: matchers that all
// hold for the result.
type Claim []types.GomegaMatcher

// AcceptedAsUser claims that the call works, as the project's user.
func AcceptedAsUser(call string) Claim {
	return Claim{expect.Succeeded(), expect.Accepted(call, UserARN)}
}

// ForeignToken claims that the call is refused because the host's token does
// not belong to the user's key, and that the diagnosis names both variables.
func ForeignToken(call, keyVariable string) Claim {
	return Claim{
		expect.Refused(call, "UnrecognizedClientException", "The security token included in the request is invalid"),
		expect.MixedCredentials(keyVariable, "AWS_SESSION_TOKEN"),
	}
}

// Never claims that the subject gives up before any AWS call, saying this.
func Never(said string) Claim {
	return Claim{expect.FailedWith(said), expect.NoCalls(), expect.Diagnosed(diagnose.NoCall)}
}

// With adds expectations.
func (c Claim) With(more ...types.GomegaMatcher) Claim { return append(c[:len(c):len(c)], more...) }

// Check runs a subject on a host with the usual user and checks the claim. Then
// it looks for secrets in everything that a person may see.
func Check(ctx ginkgo.SpecContext, host string, subject harness.Subject, claim Claim,
	opts ...harness.Option) *harness.Result {
	ginkgo.GinkgoHelper()
	user := harness.User("app", harness.Allow("bedrock:*", "s3:*", "cloudtrail:LookupEvents", "sts:AssumeRole"),
		harness.KeyAs(KeyVariable, SecretVariable), harness.BearerAs(BearerVariable))
	// However loaded the machine is: a time limit of its own is no claim of a spec.
	opts = append([]harness.Option{user, harness.WithTimeout(LongTimeout)}, opts...)
	d := harness.StartTest(ginkgo.GinkgoT(), host, opts...)
	r, err := d.Run(ctx, subject)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	gomega.Expect(r).To(gomega.SatisfyAll(claim...))
	Honour(r)
	gomega.Expect(r).To(expect.NoSecretIn([]byte(r.String()), r.Stdout, r.Stderr))
	return r
}
