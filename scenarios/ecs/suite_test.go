package ecs_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestECS(t *testing.T) { suite.Run(t, "Amazon ECS", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"is found by .* at the relative URI", "wins over the instance's role for the AWS SDK for JavaScript v3",
	"out of reach for the AI SDK", "finds nothing on Fargate", "tells a program where it runs",
}
