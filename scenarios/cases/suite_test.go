package cases_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestCases(t *testing.T) { suite.Run(t, "Customers' bugs") }
