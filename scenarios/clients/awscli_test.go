package clients_test

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// The AWS CLI as people start it, one process a call: a few of the calls of the
// table, which it makes in one process there.
var _ = Describe("the AWS CLI in a process of its own", func() {
	for _, service := range []string{"STS", "S3", "IAM"} {
		c := calls[slices.IndexFunc(calls, func(k call) bool { return k.service == service })]
		for _, name := range []string{"right", "foreign token", "unknown key", "wrong secret"} {
			given := cases[slices.IndexFunc(cases, func(k credentialCase) bool { return k.Name == name })]
			It(fmt.Sprintf("%s with %s", service, name), func(ctx SpecContext) {
				aws := suite.Tool(ctx, "python-boto3", "aws", append(strings.Fields(c.cli), "--output", "json")...)
				opts := []harness.Option{harness.Seed(seed), harness.Set("AWS_DEFAULT_REGION", "us-east-1"),
					harness.Set("AWS_MAX_ATTEMPTS", "1"),
					harness.Set("AWS_ACCESS_KEY_ID", given.AccessKeyID), harness.Set("AWS_SECRET_ACCESS_KEY",
						given.SecretAccessKey)}
				if given.SessionToken != "" {
					opts = append(opts, harness.Set("AWS_SESSION_TOKEN", given.SessionToken))
				}
				r, err := harness.StartTest(GinkgoT(), "local", opts...).Run(ctx, aws)
				Expect(err).NotTo(HaveOccurred())
				if want, refused := c.refusals[name]; refused {
					Expect(r.Failed()).To(BeTrue(), "%s", r)
					Expect(string(r.Stderr)).To(
						ContainSubstring("An error occurred (%s) when calling the %s operation: %s", want.code,
							c.operation, want.message))
					return
				}
				Expect(r.Failed()).To(BeFalse(), "%s", r)
				Expect(r.Accepted()).To(BeTrue(), "%s", r)
			})
		}
	}
})
