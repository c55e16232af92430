package amplify_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestAmplify(t *testing.T) { suite.Run(t, "Amplify Hosting, server-side rendering", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"finds no credentials without a role", "finds none with a service role alone", "works with a compute role$",
	"is identified, and denied, when", "may not pass roles", "tells the two roles apart",
}
