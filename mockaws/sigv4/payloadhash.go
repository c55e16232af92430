package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
)

// What x-amz-content-sha256 may say instead of a hash.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const (
	unsignedPayload         = "UNSIGNED-PAYLOAD"
	streamingUnsigned       = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	streamingSigned         = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	streamingSignedTrailer  = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	streamingECDSA          = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
	streamingECDSATrailer   = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"
	streamingEvents         = "STREAMING-AWS4-HMAC-SHA256-EVENTS"
	emptySHA256             = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	contentSHA256           = "x-amz-content-sha256"
	contentSHA256Parameter  = "X-Amz-Content-Sha256"
	securityTokenHeader     = "x-amz-security-token"
	securityTokenParameter  = "X-Amz-Security-Token"
	regionSetHeader         = "x-amz-region-set"
	regionSetParameter      = "X-Amz-Region-Set"
	decodedContentLength    = "x-amz-decoded-content-length"
	trailerAnnouncement     = "x-amz-trailer"
	trailerSignatureTrailer = "x-amz-trailer-signature"
)

// claimedHash is x-amz-content-sha256, from the header or, in a presigned URL,
// from the query.
func claimedHash(r *Request, a *Authorization) string {
	if v, ok := r.first(contentSHA256); ok {
		return v
	}
	if a.Mechanism == Query {
		params, _ := splitQuery(r.RawQuery)
		return queryParameter(params, contentSHA256Parameter)
	}
	return ""
}

// appendPayloadHash appends the last line of the canonical request.
func appendPayloadHash(b []byte, r *Request, a *Authorization, rules Rules) []byte {
	claimed := claimedHash(r, a)
	switch {
	case rules.S3 && claimed != "":
		return append(b, claimed...)
	case rules.S3 && a.Mechanism == Query:
		return append(b, unsignedPayload...)
	case claimed == unsignedPayload && rules.UnsignedPayload, claimed == streamingEvents:
		return append(b, claimed...)
	}
	return r.appendBodyHash(b)
}

func appendHash(b, data []byte) []byte {
	sum := sha256.Sum256(data)
	return hex.AppendEncode(b, sum[:])
}
