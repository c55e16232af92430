package clock_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestClock(t *testing.T) { suite.Run(t, "Time", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"is refused by sts", "copy of session keys .* with boto3", "renews credentials of ec2 .* with JavaScript v3",
	"says have expired .* ecs-fargate, with Go v2", "survived on ec2 .* as Go v2", "never used again by Go v2",
	"token file that is rotated .* Go v2", "6 minutes behind .* with Go v2", "6 minutes ahead .* with the AWS CLI",
	"is where the kubelet has it",
}
