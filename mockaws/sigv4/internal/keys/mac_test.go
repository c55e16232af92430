package keys

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"testing"
)

func library(key, data []byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	h.Sum(sum[:0])
	return sum
}

// TestMACIsTheLibrarys compares the two at the lengths where MAC changes its way.
func TestMACIsTheLibrarys(t *testing.T) {
	for _, key := range []int{0, 1, 32, sha256.BlockSize, sha256.BlockSize + 1, 300} {
		for _, data := range []int{0, 1, 140, shortText, shortText + 1, 5000} {
			k, d := bytes.Repeat([]byte("k"), key), bytes.Repeat([]byte("d"), data)
			if MAC(k, d) != library(k, d) {
				t.Errorf("a key of %d bytes and a text of %d", key, data)
			}
		}
	}
}

// BenchmarkMAC is why MAC is not crypto/hmac: it is computed once a request, and tens of
// thousands of times in a search for a mistake.
func BenchmarkMAC(b *testing.B) {
	key, text := bytes.Repeat([]byte("k"), sha256.Size), bytes.Repeat([]byte("d"), 140)
	for name, compute := range map[string]func(key, data []byte) [sha256.Size]byte{"own": MAC, "crypto-hmac": library} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compute(key, text)
			}
		})
	}
}
