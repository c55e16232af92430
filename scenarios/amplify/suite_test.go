package amplify_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestAmplify(t *testing.T) { suite.Run(t, "Amplify Hosting, server-side rendering") }
