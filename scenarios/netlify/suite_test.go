package netlify_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestNetlify(t *testing.T) { suite.Run(t, "Netlify Functions") }
