// Package keys derives what signatures are made with: signing keys from secrets,
// and the key pairs of SigV4a.
package keys

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Signing derives the key of one day, region and service from a secret.
func Signing(secret, date, region, service, terminator string) [sha256.Size]byte {
	key := MAC([]byte("AWS4"+secret), []byte(date))
	key = MAC(key[:], []byte(region))
	key = MAC(key[:], []byte(service))
	return MAC(key[:], []byte(terminator))
}

// MAC is HMAC-SHA256 (RFC 2104). Keys and texts as short as a signature's are hashed on the
// stack: BenchmarkMAC takes about two thirds of crypto/hmac's time and none of its six
// allocations, and a search for a mistake computes tens of thousands.
func MAC(key, data []byte) [sha256.Size]byte {
	if len(key) <= sha256.BlockSize && len(data) <= shortText {
		return shortMAC(key, data)
	}
	return longMAC(key, data)
}

// longMAC stands apart, since its sum is on the heap.
func longMAC(key, data []byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, key)
	h.Write(data)
	h.Sum(sum[:0])
	return sum
}

// shortText is the longest text, in bytes, that shortMAC takes: a string to
// sign has about 140.
const shortText = 256

func shortMAC(key, data []byte) [sha256.Size]byte {
	var inner [sha256.BlockSize + shortText]byte
	var outer [sha256.BlockSize + sha256.Size]byte
	copy(inner[:], key)
	copy(outer[:], key)
	for i := range sha256.BlockSize {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	n := copy(inner[sha256.BlockSize:], data)
	sum := sha256.Sum256(inner[:sha256.BlockSize+n])
	copy(outer[sha256.BlockSize:], sum[:])
	return sha256.Sum256(outer[:])
}
