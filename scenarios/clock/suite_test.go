package clock_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestClock(t *testing.T) { suite.Run(t, "Time", plain...) }

// plain is what a plain run has of the suite. Programs in Go are not in it: to
// move their clock, all that they are made of is compiled again.
var plain = []string{
	"is refused by sts", "copy of session keys .* with boto3", "renews credentials of ec2 .* with JavaScript v3",
	"says have expired .* ecs-fargate, with boto3", "never used again by JavaScript", "that is rotated .* by boto3",
	"6 minutes ahead .* with the AWS CLI",
	"is where the kubelet has it",
}
