package cloudtrail_test

import (
	"testing"

	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestReference makes the calls of AWS's reference, at the bounds that it names. Its
// events are calls of IAM that go before.
func TestReference(t *testing.T) {
	w := mocktest.New(t)
	w.Script(t, mocktest.Wire{Host: "iam.amazonaws.com", Scope: "iam", Version: "2010-05-08"}, "testdata/calls.txt")
	w.Script(t, mocktest.Wire{Host: "cloudtrail.us-east-1.amazonaws.com", Scope: "cloudtrail",
		Target: "CloudTrail_20131101"}, "testdata/reference.txt")
}
