package cloudrun_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestCloudRun(t *testing.T) { suite.Run(t, "Google Cloud Run") }
