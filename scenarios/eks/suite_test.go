package eks_test

import (
	"testing"

	. "github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestEKS(t *testing.T) { Run(t, "Amazon EKS") }
