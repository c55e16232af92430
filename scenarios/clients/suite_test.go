package clients_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestClients(t *testing.T) { suite.Run(t, "Real clients, right and wrong credentials") }
