package hosts_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestHosts(t *testing.T) {
	suite.Run(t, "Hosts, each in a call that is accepted and one that is refused", plain...)
}

// plain is what a plain run has of the suite: of each vendor whose hosts have no
// suite of their own in it, one host that differs from the others.
var plain = []string{
	"on vercel-(user-keys|lambda|fluid) ", "on amplify-compute-role ", "on amplify-baked-(expired|no-token) (is|finds)",
	"on github-actions-static", "on eks-pod-identity finds", "on fly exchanges",
}
