package programs_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestPrograms(t *testing.T) {
	suite.Run(t, "The same programs, unmodified, on every host in every isolation", plain...)
}

// plain is what a plain run has of the suite.
var plain = []string{
	"called as the platform calls it, in sandbox", "without a network.* in sandbox", "in one clear line",
	"the same program (node on vercel|awscli on ec2|boto3 on ecs-fargate) in (endpoint|sandbox)",
	"the same program go on eks-pod-identity",
}
