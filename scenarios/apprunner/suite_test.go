package apprunner_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestAppRunner(t *testing.T) { suite.Run(t, "AWS App Runner") }
