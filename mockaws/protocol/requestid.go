package protocol

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
)

const base36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// NewRequestID makes a request id in the shape that the service uses: a UUID
// version 4, 52 characters for DynamoDB, 16 for S3.
func (d *Dialect) NewRequestID() string {
	switch {
	case d == nil:
		return NewUUID()
	case d.Protocol == S3:
		return from(base36, 16)
	case d.DynamoDB:
		// Every observed id ends in the same 26 characters (yegor256/s3auth#244).
		return from(base36, 26) + "VV4KQNSO5AEMVJF66Q9ASUAAJG"
	default:
		return NewUUID()
	}
}

// NewExtendedID makes an id in the shape of S3's x-amz-id-2.
func NewExtendedID() string {
	var b [56]byte
	_, _ = rand.Read(b[:]) // does not fail (crypto/rand)
	return base64.StdEncoding.EncodeToString(b[:])
}

// NewUUID makes a random UUID, version 4.
func NewUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[:], b[:4])
	out[8] = '-'
	hex.Encode(out[9:], b[4:6])
	out[13] = '-'
	hex.Encode(out[14:], b[6:8])
	out[18] = '-'
	hex.Encode(out[19:], b[8:10])
	out[23] = '-'
	hex.Encode(out[24:], b[10:])
	return string(out[:])
}

func from(alphabet string, n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}
