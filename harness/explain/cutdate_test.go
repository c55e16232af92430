package explain_test

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/explain"
)

// TestSignedDateThatIsGone: a date that was signed and is not in the text was cut or taken
// away, and the signer did not write a wrong one; a wrong one, and none that was signed,
// are said as such.
func TestSignedDateThatIsGone(t *testing.T) {
	const gone = "no X-Amz-Date, which its signature covers"
	scope := keyID + "/20260125/us-east-1/sts/aws4_request"
	for _, row := range []struct {
		date, signed string
		want         bool
	}{
		{"", "host;x-amz-date", true},
		{"X-Amz-Date: yesterday\n", "host;x-amz-date", false},
		{"", "host", false},
	} {
		input := "GET / HTTP/1.1\nHost: sts.amazonaws.com\n" + row.date +
			"Authorization: AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=" + row.signed +
			", Signature=" + strings.Repeat("a", 64) + "\n\n"
		found := finding(explained(t, input, explain.Options{}), "malformed-signature")
		if found == nil || strings.Contains(found.What, gone) != row.want {
			t.Errorf("%q of %s: %+v", row.date, row.signed, found)
		}
	}
}
