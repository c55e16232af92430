package protocol

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"

	"github.com/google/uuid"
)

// NewRequestID makes a request id in the shape that the service uses: a UUID
// version 4, 52 characters for DynamoDB, 16 for S3.
func (d *Dialect) NewRequestID() string {
	switch {
	case d == nil:
		return NewUUID()
	case d.Protocol == S3:
		return capitals(10)
	case d.DynamoDB:
		// Every observed id ends in the same 26 characters (yegor256/s3auth#244).
		return capitals(16) + "VV4KQNSO5AEMVJF66Q9ASUAAJG"
	default:
		return NewUUID()
	}
}

// NewExtendedID makes an id in the shape of S3's x-amz-id-2.
func NewExtendedID() string { return base64.StdEncoding.EncodeToString(random(56)) }

// NewUUID makes a random UUID, version 4.
func NewUUID() string { return uuid.NewString() }

// capitals encodes so many random bytes in digits and capital letters, 8
// characters for 5 bytes.
func capitals(bytes int) string {
	return base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(random(bytes))
}

func random(bytes int) []byte {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // does not fail (crypto/rand)
	return b
}
