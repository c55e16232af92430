package lambda_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestLambda(t *testing.T) { suite.Run(t, "AWS Lambda") }
