package deploy

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
)

// TestKeysOfBothKinds: a coordinate has all its octets, zeros at its front too
// (https://www.rfc-editor.org/rfc/rfc7518#section-6.2.1.2), and a key whose coordinates
// have none there is what clients usually make.
func TestKeysOfBothKinds(t *testing.T) {
	for name, row := range map[string]struct {
		kind  func([]byte) bool
		x, y  bool // begins with a zero
		draws int
	}{"whole": {wholeCoordinates, false, false, 20}, "short": {shortCoordinate, true, false, 1}} {
		for range row.draws {
			block, _ := pem.Decode([]byte(privateKey(row.kind)))
			if block == nil {
				t.Fatalf("%s: no PEM", name)
			}
			key, err := x509.ParseECPrivateKey(block.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			public, err := key.PublicKey.ECDH()
			if err != nil {
				t.Fatal(err)
			}
			// SEC 1, section 2.3.3: 4, then x and y.
			if point := public.Bytes(); len(point) != 65 || (point[1] == 0) != row.x || (point[33] == 0) != row.y {
				t.Errorf("%s: %x", name, point)
			}
		}
	}
}
