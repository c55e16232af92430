package harness_test

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/internal/measure"
)

// maxFace bounds the names that package harness shows: one page of go doc.
const maxFace = 60

// TestFaceIsSmall keeps what belongs to the engine, to results and to findings in
// packages of their own.
func TestFaceIsSmall(t *testing.T) {
	packages, err := measure.PackagesOf(".", ".")
	if err != nil || len(packages) != 1 {
		t.Fatalf("%d packages, %v", len(packages), err)
	}
	if names := packages[0].Exported; len(names) > maxFace || len(names) < 20 {
		t.Errorf("package harness shows %d names, at most %d are one page: %s", len(names), maxFace,
			strings.Join(names, " "))
	}
}
