package lambda_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestLambda(t *testing.T) { suite.Run(t, "AWS Lambda", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"is found by .* in the environment", "endpoint of a restored function", "refused to the AWS SDK for JavaScript v3",
	"may do nothing unless", "lends its token",
}
