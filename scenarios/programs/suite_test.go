package programs_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestPrograms(t *testing.T) {
	suite.Run(t, "The same programs, unmodified, on every host in every isolation")
}
