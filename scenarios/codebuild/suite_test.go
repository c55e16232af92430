package codebuild_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestCodeBuild(t *testing.T) { suite.Run(t, "AWS CodeBuild", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"is found by the AWS CLI", "out of reach for the AWS SDK for JavaScript v3",
}
