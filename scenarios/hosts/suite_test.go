package hosts_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestHosts(t *testing.T) {
	suite.Run(t, "Hosts, each in a call that is accepted and one that is refused")
}
