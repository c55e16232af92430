package sigv4

import "github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"

// The headers and query parameters that are read in addition to the signature.
const (
	contentSHA256           = "x-amz-content-sha256"
	contentSHA256Parameter  = "X-Amz-Content-Sha256"
	regionSetHeader         = "x-amz-region-set"
	regionSetParameter      = "X-Amz-Region-Set"
	decodedContentLength    = "x-amz-decoded-content-length"
	trailerAnnouncement     = "x-amz-trailer"
	trailerSignatureTrailer = "x-amz-trailer-signature"
)

// ClaimedHash is x-amz-content-sha256, from the header or, in a presigned URL,
// from the query: a hash in hex, or a keyword such as UNSIGNED-PAYLOAD; empty
// where the request has none.
func (a *Authorization) ClaimedHash(r *Request) string {
	if v, ok := r.First(contentSHA256); ok {
		return v
	}
	if a.Mechanism == Query {
		params, _ := canonical.SplitQuery(r.RawQuery)
		return canonical.QueryParameter(params, contentSHA256Parameter)
	}
	return ""
}

// PayloadHash is the last line of the canonical request that the server computes.
func (a *Authorization) PayloadHash(r *Request, rules Rules) string {
	return string(appendPayloadHash(nil, r, a, rules))
}

// appendPayloadHash appends the last line of the canonical request.
func appendPayloadHash(b []byte, r *Request, a *Authorization, rules Rules) []byte {
	claimed := a.ClaimedHash(r)
	switch {
	case rules.S3 && claimed != "":
		return append(b, claimed...)
	case rules.S3 && a.Mechanism == Query:
		return append(b, canonical.UnsignedPayload...)
	case claimed == canonical.UnsignedPayload && rules.UnsignedPayload, claimed == canonical.StreamingEvents:
		return append(b, claimed...)
	}
	return r.appendBodyHash(b)
}
