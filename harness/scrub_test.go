package harness_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
)

// TestScrubHidesDumps: a client that prints S3's whole answer prints the
// canonical request in hexadecimal.
func TestScrubHidesDumps(t *testing.T) {
	dump := strings.TrimSpace(fmt.Sprintf("% x", "x-amz-security-token:IQoJb3JpZ2luX2VjEJz"))
	got := (&harness.Result{}).Scrub("said <Bytes>" + dump + "</Bytes> and de ad be ef")
	if want := "said <Bytes><40 bytes in hexadecimal></Bytes> and de ad be ef"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
