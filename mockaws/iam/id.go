package iam

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"strings"
)

// Prefixes of unique identifiers.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
const (
	prefixLongTerm        = "AKIA"
	prefixTemporary       = "ASIA"
	prefixUser            = "AIDA"
	prefixRole            = "AROA"
	prefixManagedPolicy   = "ANPA"
	prefixInstanceProfile = "AIPA"
	prefixServiceSpecific = "ACCA"
)

// keyGeneration is the bit that key ids have set since about 2019, when they
// began to hold their account's number.
const keyGeneration = 1 << 47

// AccountOfKey reads the account id out of an access key id, as
// sts:GetAccessKeyInfo does. It reports false for an id that holds none: one of
// before about 2019 (such as AKIAIOSFODNN7EXAMPLE), or no key id at all.
//
// The layout is not documented by AWS; it was derived in public from many keys
// (https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489).
func AccountOfKey(id string) (account string, ok bool) {
	if len(id) < 20 {
		return "", false
	}
	body, err := base32.StdEncoding.DecodeString(id[4:20])
	if err != nil {
		return "", false
	}
	z := uint64(binary.BigEndian.Uint16(body))<<32 | uint64(binary.BigEndian.Uint32(body[2:]))
	number := z >> 7 & (1<<40 - 1)
	if z&keyGeneration == 0 || number >= 1e12 {
		return "", false
	}
	return fmt.Sprintf("%012d", number), true
}

// minter makes identifiers and secrets from one source of bytes.
type minter struct{ random io.Reader }

func newMinter() minter { return minter{rand.Reader} }

func seededMinter(seed uint64) minter {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return minter{mathrand.NewChaCha8(key)}
}

func (m minter) bytes(n int) []byte {
	b := make([]byte, n)
	// Neither crypto/rand nor ChaCha8 ever returns an error.
	_, _ = io.ReadFull(m.random, b)
	return b
}

// keyID is a 20-character id that holds the account.
func (m minter) keyID(prefix, account string) string {
	var number uint64
	for _, c := range account {
		number = number*10 + uint64(c-'0')
	}
	b := m.bytes(11)
	z := keyGeneration | number<<7 | uint64(b[10]&0x7f)
	binary.BigEndian.PutUint16(b, uint16(z>>32))
	binary.BigEndian.PutUint32(b[2:], uint32(z))
	return prefix + base32.StdEncoding.EncodeToString(b[:10])
}

// uniqueID is the 21-character id of a user, role or policy.
func (m minter) uniqueID(prefix, account string) string {
	last := m.bytes(1)[0] & 31
	return m.keyID(prefix, account) + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[last:last+1]
}

// secret is a 40-character secret access key.
func (m minter) secret() string { return base64.StdEncoding.EncodeToString(m.bytes(30)) }

func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}
