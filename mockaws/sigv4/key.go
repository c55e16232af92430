package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
)

// keyCacheSize bounds a Verifier's memory. A key lives for a day, a region and a
// service; few are in use at a time.
const keyCacheSize = 256

type keyName struct{ secret, date, region, service string }

// keyCache holds derived signing keys.
type keyCache struct {
	mu   sync.RWMutex
	keys map[keyName][sha256.Size]byte
}

func (c *keyCache) get(n keyName) [sha256.Size]byte {
	c.mu.RLock()
	key, ok := c.keys[n]
	c.mu.RUnlock()
	if ok {
		return key
	}
	key = signingKey(n.secret, n.date, n.region, n.service, terminator)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil || len(c.keys) >= keyCacheSize {
		c.keys = make(map[keyName][sha256.Size]byte)
	}
	c.keys[n] = key
	return key
}

// Signature is the signature, in hex, that a secret makes of a string to sign; the
// date, region and service are those of its scope. It is empty for what is no
// string to sign.
func Signature(secret, stringToSign string) string {
	lines := strings.Split(stringToSign, "\n")
	if len(lines) != 4 || lines[0] != algorithmHMAC {
		return ""
	}
	scope := strings.Split(lines[2], "/")
	if len(scope) != 4 {
		return ""
	}
	key := signingKey(secret, scope[0], scope[1], scope[2], scope[3])
	sum := mac(key[:], []byte(stringToSign))
	return hex.EncodeToString(sum[:])
}

// SignPolicy is the signature, in hex, of the policy of an HTML form to S3, in
// base64 as the form has it
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html).
func SignPolicy(secret, date, region, service, policy string) string {
	key := signingKey(secret, date, region, service, terminator)
	sum := mac(key[:], []byte(policy))
	return hex.EncodeToString(sum[:])
}

// signingKey derives the key of one day, region and service from a secret.
func signingKey(secret, date, region, service, terminator string) [sha256.Size]byte {
	key := mac([]byte("AWS4"+secret), []byte(date))
	key = mac(key[:], []byte(region))
	key = mac(key[:], []byte(service))
	return mac(key[:], []byte(terminator))
}

// mac is HMAC-SHA256 (RFC 2104). Keys and texts as short as a signature's are hashed on the
// stack: BenchmarkMAC takes about two thirds of crypto/hmac's time and none of its six
// allocations, and a search for a mistake computes tens of thousands.
func mac(key, data []byte) (sum [sha256.Size]byte) {
	if len(key) <= sha256.BlockSize && len(data) <= shortText {
		return shortMAC(key, data)
	}
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
