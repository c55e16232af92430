package secretsmanager_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestReference makes the calls of AWS's reference, at the bounds that it names.
func TestReference(t *testing.T) {
	mocktest.New(t).Script(t, mocktest.Wire{Host: "secretsmanager.us-east-1.amazonaws.com", Scope: "secretsmanager",
		Target: "secretsmanager"},
		"testdata/reference.txt")
}
