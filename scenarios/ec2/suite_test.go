package ec2_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestEC2(t *testing.T) { suite.Run(t, "EC2 instances", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"is found by .* with a token", "out of reach for the AWS SDK for JavaScript v3",
	"not there for the AWS CLI on an instance",
	"is refused to the AWS SDK for JavaScript v3", "hands out expired credentials, which the AWS CLI",
}
