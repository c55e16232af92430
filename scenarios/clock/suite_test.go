package clock_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestClock(t *testing.T) { suite.Run(t, "Time") }
