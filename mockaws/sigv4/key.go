package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
	"github.com/hostproof/hostproof/mockaws/sigv4/internal/keys"
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
	key = keys.Signing(n.secret, n.date, n.region, n.service, canonical.Terminator)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil || len(c.keys) >= keyCacheSize {
		c.keys = make(map[keyName][sha256.Size]byte)
	}
	c.keys[n] = key
	return key
}

// Signature is the signature, in hex, that a secret makes of a string to sign; the
// date, region and service come from its scope. It is empty for a text that is not a
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
	key := keys.Signing(secret, scope[0], scope[1], scope[2], scope[3])
	sum := keys.MAC(key[:], []byte(stringToSign))
	return hex.EncodeToString(sum[:])
}

// SignPolicy is the signature, in hex, of the policy of an HTML form to S3, in
// base64 as the form has it
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html).
func SignPolicy(secret, date, region, service, policy string) string {
	key := keys.Signing(secret, date, region, service, canonical.Terminator)
	sum := keys.MAC(key[:], []byte(policy))
	return hex.EncodeToString(sum[:])
}
