package eks_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestEKS(t *testing.T) { suite.Run(t, "Amazon EKS", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"(boto3|JavaScript v3) finds the token file", "boto3 is refused a token (for another audience|that has expired)",
	"the AWS SDK for JavaScript v3 is not let in from another namespace", "taken by the AWS SDK for Go v2",
	"Pod Identity gives the AWS SDK for JavaScript v3 the role", "gives the AWS CLI nothing for a token that another",
	"cluster of IPv6",
}
