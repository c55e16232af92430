package local_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestLocal(t *testing.T) { suite.Run(t, "A laptop") }
