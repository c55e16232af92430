package metadata

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"
)

// sessionTokens issues and checks the tokens of IMDS version 2. A token carries
// its own end under a MAC, so that none has to be kept; the key is one
// instance's, so that a token of another one is refused, as EC2 does.
//
// A token is 40 bytes in URL-safe base64, 56 characters; those that EC2 gave out
// begin with AQAAA (awslabs/amazon-eks-ami#594).
type sessionTokens struct{ key [32]byte }

var (
	errTokenUnknown = errors.New("the token is not one of this instance")
	errTokenExpired = errors.New("the token has expired")
)

func newSessionTokens() *sessionTokens {
	t := &sessionTokens{}
	_, _ = rand.Read(t.key[:]) // never fails
	return t
}

// Parts of a token.
const (
	tokenTTL   = 4 // after the version: seconds
	tokenEnd   = 8 // Unix time in milliseconds
	tokenNonce = 16
	tokenMAC   = 20
	tokenSize  = 40
)

func (t *sessionTokens) issue(now time.Time, ttl time.Duration) string {
	token := make([]byte, tokenMAC, tokenSize)
	token[0] = 1
	binary.BigEndian.PutUint32(token[tokenTTL:], uint32(ttl/time.Second))
	binary.BigEndian.PutUint64(token[tokenEnd:], uint64(now.Add(ttl).UnixMilli()))
	_, _ = rand.Read(token[tokenNonce:tokenMAC])
	return base64.URLEncoding.EncodeToString(append(token, t.mac(token)...))
}

// check returns for how long a token was issued.
func (t *sessionTokens) check(now time.Time, token string) (time.Duration, error) {
	raw, err := base64.URLEncoding.DecodeString(token)
	if err != nil || len(raw) != tokenSize || !hmac.Equal(raw[tokenMAC:], t.mac(raw[:tokenMAC])) {
		return 0, errTokenUnknown
	}
	if end := int64(binary.BigEndian.Uint64(raw[tokenEnd:])); now.UnixMilli() >= end {
		return 0, errTokenExpired
	}
	return time.Duration(binary.BigEndian.Uint32(raw[tokenTTL:])) * time.Second, nil
}

func (t *sessionTokens) mac(data []byte) []byte {
	h := hmac.New(sha256.New, t.key[:])
	h.Write(data)
	return h.Sum(nil)[:tokenSize-tokenMAC]
}
