package gitlabci_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestGitLabCI(t *testing.T) { suite.Run(t, "GitLab CI/CD", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{"gives boto3 the role", "is refused with a token that has expired", "another branch"}
