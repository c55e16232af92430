package codebuild_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestCodeBuild(t *testing.T) { suite.Run(t, "AWS CodeBuild") }
