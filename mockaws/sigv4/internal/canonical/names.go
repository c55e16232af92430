package canonical

import (
	"crypto/sha256"
	"encoding/hex"
)

// How a date is written in X-Amz-Date and in the credential scope, and what the
// scope ends in.
const (
	BasicFormat = "20060102T150405Z"
	DayFormat   = "20060102"
	Terminator  = "aws4_request"
)

// Where a session token stands.
const (
	SecurityTokenHeader    = "x-amz-security-token"
	SecurityTokenParameter = "X-Amz-Security-Token"
)

// What x-amz-content-sha256 may say instead of a hash.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const (
	UnsignedPayload        = "UNSIGNED-PAYLOAD"
	StreamingUnsigned      = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	StreamingSigned        = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	StreamingSignedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	StreamingECDSA         = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
	StreamingECDSATrailer  = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"
	StreamingEvents        = "STREAMING-AWS4-HMAC-SHA256-EVENTS"
)

// EmptySHA256 is the SHA-256 of no bytes.
const EmptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// AppendHash appends the SHA-256 of data, in hex.
func AppendHash(b, data []byte) []byte {
	sum := sha256.Sum256(data)
	return hex.AppendEncode(b, sum[:])
}
