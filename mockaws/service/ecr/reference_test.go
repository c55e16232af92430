package ecr_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestReference makes the calls of AWS's reference, at the bounds that it names.
func TestReference(t *testing.T) {
	mocktest.New(t).Script(t, mocktest.Wire{Host: "api.ecr.us-east-1.amazonaws.com", Scope: "ecr",
		Target: "AmazonEC2ContainerRegistry_V20150921"},
		"testdata/reference.txt")
}
