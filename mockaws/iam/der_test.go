package iam

import (
	"encoding/asn1"
	"math/big"
	"testing"
)

// TestTokensEndInASignature: what stands for one is DER, whose numbers have no
// superfluous zeros and are not negative
// (https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3).
func TestTokensEndInASignature(t *testing.T) {
	for range 2000 {
		var pair struct{ R, S *big.Int }
		der := newMinter().signature()
		rest, err := asn1.Unmarshal(der, &pair)
		if err != nil || len(rest) > 0 || pair.R.Sign() <= 0 || pair.S.Sign() <= 0 {
			t.Fatalf("%x: %v, %v, %d bytes behind", der, pair, err, len(rest))
		}
	}
}
