package bedrockruntime_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestReference invokes a model of each provider.
func TestReference(t *testing.T) {
	mocktest.New(t).Script(t, mocktest.Wire{Host: "bedrock-runtime.us-east-1.amazonaws.com", Scope: "bedrock",
		REST: true},
		"testdata/reference.txt")
}
