package eks_test

import (
	"fmt"
	"net"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

var _ = Describe("EKS Pod Identity in a cluster of IPv6", func() {
	It("is found by the AWS CLI at [fd00:ec2::23]", func(ctx SpecContext) {
		if err := isolation.Available(); err != nil {
			suite.Missing("sandbox", err)
		}
		l, err := net.Listen("tcp6", "[::1]:0")
		if err != nil {
			suite.Missing("ipv6", fmt.Errorf("there is no IPv6: %w", err)) // and the sandbox leaves the address out
		}
		Expect(l.Close()).To(Succeed())
		r := suite.Check(ctx, pod, suite.Clients[1].Subject(ctx), suite.Claim{expect.Succeeded()}, suite.MayUseS3,
			harness.WithIsolation(isolation.Sandbox),
			harness.Set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://[fd00:ec2::23]/v1/credentials"))
		Expect(r.Lookups).To(HaveLen(1))
		Expect(r.Lookups[0].Host).To(Equal("[fd00:ec2::23]"))
	})
})
