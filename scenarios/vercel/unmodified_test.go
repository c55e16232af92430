package vercel_test

import (
	"errors"
	"os/exec"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// In the sandbox a program runs as it is: no endpoint variable, AWS's real
// hostnames, and nothing else to be reached.
var _ = Describe("an unmodified program", func() {
	inSandbox := harness.WithIsolation(isolation.Sandbox)

	BeforeEach(func() {
		if err := isolation.Available(); err != nil {
			suite.Missing("sandbox", err)
		}
	})

	It("meets the same refusal at the real hostname", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-ai-sdk", "--package", broken, "--strategy", "explicit")
		suite.Check(ctx, "vercel", subject, suite.ForeignToken(converse,
			suite.KeyVariable).With(expect.FailedWith(invalid),
			expect.NothingElse()), inSandbox)
	})

	It("reaches nothing but AWS", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-ai-sdk", "--package", fixed, "--strategy", "explicit")
		suite.Check(ctx, "vercel", subject, suite.AcceptedAsUser(converse).With(expect.NothingElse()), inSandbox)
	})

	It("is refused any other host, and that is reported", func(ctx SpecContext) {
		if _, err := exec.LookPath("curl"); err != nil {
			suite.Missing("curl", errors.New("there is no curl: install it"))
		}
		suite.Check(ctx, "vercel", harness.Command("curl", "-sS", "https://example.com"),
			suite.Claim{expect.FailedWith("Failed to connect to example.com port 443"), expect.NoCalls(),
				Not(expect.NothingElse())}, inSandbox)
	})

	It("finds no instance metadata on Vercel", func(ctx SpecContext) {
		subject := suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy",
			"env")
		suite.Check(ctx, "vercel", subject,
			suite.Never("Could not load credentials from any providers").With(Not(expect.NothingElse())), inSandbox)
	})
})
