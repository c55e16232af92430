package service

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"time"
)

// MustJSON encodes values that this package made: maps, strings and numbers.
func MustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("service: a value of our own does not encode: " + err.Error())
	}
	return b
}

// Fingerprint is a short stable name for a text.
func Fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// Epoch is a time as the JSON protocols write it: seconds since 1970.
func Epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// RandomText draws n characters of an alphabet, each as likely as another.
func RandomText(alphabet string, n int) string {
	letters := big.NewInt(int64(len(alphabet)))
	b := make([]byte, n)
	for i := range b {
		at, _ := rand.Int(rand.Reader, letters) // does not fail (crypto/rand)
		b[i] = alphabet[at.Int64()]
	}
	return string(b)
}

// Alphabets for RandomText.
const (
	LowerDigits = "abcdefghijklmnopqrstuvwxyz0123456789"
	Letters     = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// Page cuts one page out of a list: size elements, without the first skip.
func Page[T any](list []T, skip, size int) []T {
	if skip >= len(list) {
		return list[:0]
	}
	return list[skip:min(skip+size, len(list))]
}
