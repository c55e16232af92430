package cases_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestCases(t *testing.T) { suite.Run(t, "Customers' bugs", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"amplify-no-compute-role", "aws-sdk-js-own-keys-on-vercel", "async-aws-", "aws-sdk-ruby-",
}
