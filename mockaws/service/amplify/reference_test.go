package amplify_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestReference makes the calls of AWS's reference, at the bounds that it names.
func TestReference(t *testing.T) {
	w := mocktest.New(t)
	w.Script(t, mocktest.Wire{Host: "amplify.us-east-1.amazonaws.com", Scope: "amplify", REST: true},
		"testdata/reference.txt")
}
