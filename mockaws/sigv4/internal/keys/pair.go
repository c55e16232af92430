package keys

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/big"
	"sync"
)

// algorithm is SigV4a's name, which enters the derivation.
const algorithm = "AWS4-ECDSA-P256-SHA256"

// SigV4a, AWS4-ECDSA-P256-SHA256, signs for a set of regions with a key pair
// that both sides derive from the key id and the secret
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html; the
// derivation follows awslabs/aws-c-auth, checked against its test vectors).

var errNoKeyPair = errors.New("no key pair derives from this secret")

// maxDerivation bounds the search for a private key in range. Each round fails
// with a probability of 2^-32, so that one is enough in practice.
const maxDerivation = 254

// derivePrivate derives the private key: the key derivation in counter mode of
// NIST SP 800-108 with HMAC-SHA256, until the result is in range.
func derivePrivate(keyID, secret string) (*ecdsa.PrivateKey, error) {
	order := elliptic.P256().Params().N
	limit := new(big.Int).Sub(order, big.NewInt(2))
	fixed := append([]byte{0, 0, 0, 1}, algorithm...)
	fixed = append(fixed, 0)
	fixed = append(fixed, keyID...)
	for counter := 1; counter <= maxDerivation; counter++ {
		input := append(fixed[:len(fixed):len(fixed)], byte(counter), 0, 0, 1, 0)
		sum := MAC([]byte("AWS4A"+secret), input)
		candidate := new(big.Int).SetBytes(sum[:])
		if candidate.Cmp(limit) > 0 {
			continue
		}
		candidate.Add(candidate, big.NewInt(1))
		return ecdsa.ParseRawPrivateKey(elliptic.P256(), candidate.FillBytes(make([]byte, 32)))
	}
	return nil, errNoKeyPair
}

type pairName struct{ keyID, secret string }

// pairsKept bounds the memory of Pairs. Few keys are in use at a time.
const pairsKept = 256

// Pairs holds derived public keys; nil for a secret that gives none. The zero value
// is ready, and safe for concurrent use.
type Pairs struct {
	mu   sync.Mutex
	keys map[pairName]*ecdsa.PublicKey
}

func (c *Pairs) get(n pairName) *ecdsa.PublicKey {
	c.mu.Lock()
	defer c.mu.Unlock()
	key, ok := c.keys[n]
	if ok {
		return key
	}
	if private, err := derivePrivate(n.keyID, n.secret); err == nil {
		key = &private.PublicKey
	}
	if c.keys == nil || len(c.keys) >= pairsKept {
		c.keys = make(map[pairName]*ecdsa.PublicKey)
	}
	c.keys[n] = key
	return key
}

// Verify checks a signature, in DER and hexadecimal digits, with the public key that
// derives from a key id and its secret.
func (c *Pairs) Verify(keyID, secret string, toSign []byte, signature string) bool {
	key := c.get(pairName{keyID, secret})
	der, err := hex.DecodeString(signature)
	if err != nil || key == nil {
		return false
	}
	sum := sha256.Sum256(toSign)
	return ecdsa.VerifyASN1(key, sum[:], der)
}
