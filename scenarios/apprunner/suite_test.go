package apprunner_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestAppRunner(t *testing.T) { suite.Run(t, "AWS App Runner", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"is found by", "gives the AWS SDK for JavaScript v3 nothing",
}
