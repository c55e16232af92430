package exchange

import (
	"crypto/sha256"
	"encoding/hex"
)

// Opaque describes a secret string without showing it.
type Opaque struct {
	Length      int    `json:"length"`
	Prefix      string `json:"prefix"`      // at most 8 characters and a third of it
	Fingerprint string `json:"fingerprint"` // see Fingerprint
}

// Describe makes the description of a secret string; nil for an empty one.
func Describe(secret string) *Opaque {
	if secret == "" {
		return nil
	}
	return &Opaque{Length: len(secret), Prefix: secret[:min(8, len(secret)/3)], Fingerprint: Fingerprint(secret)}
}

// Fingerprint is the first 16 hexadecimal digits of a string's SHA-256: enough
// to recognise a value that one holds, useless to one who does not.
func Fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:8])
}
