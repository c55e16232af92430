package cloudrun_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestCloudRun(t *testing.T) { suite.Run(t, "Google Cloud Run", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"accepted with keys .* JavaScript v3", "leads the AWS CLI",
}
