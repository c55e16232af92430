package ecs_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestECS(t *testing.T) { suite.Run(t, "Amazon ECS") }
