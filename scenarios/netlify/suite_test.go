package netlify_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestNetlify(t *testing.T) { suite.Run(t, "Netlify Functions", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"accepted with keys", "when the AWS CLI is left", "mixes its own key",
}
