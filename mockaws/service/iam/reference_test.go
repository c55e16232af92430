package iam_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestReference makes the calls of AWS's reference, at the bounds that it names.
func TestReference(t *testing.T) {
	mocktest.New(t).Script(t, mocktest.Wire{Host: "iam.amazonaws.com", Scope: "iam", Version: "2010-05-08"},
		"testdata/reference.txt")
}
