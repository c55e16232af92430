package sns_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestReference makes the calls of AWS's reference, at the bounds that it names.
func TestReference(t *testing.T) {
	w := mocktest.New(t)
	w.Script(t, mocktest.Wire{Host: "sns.us-east-1.amazonaws.com", Scope: "sns", Version: "2010-03-31"},
		"testdata/reference.txt")
}
