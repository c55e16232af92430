package vercel_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestVercel(t *testing.T) { suite.Run(t, "Vercel") }
