package ec2_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestEC2(t *testing.T) { suite.Run(t, "EC2 instances") }
