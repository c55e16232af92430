package sigv4

import "time"

// Rules are a service's choices within Signature Version 4.
type Rules struct {
	// Service is the signing name that the credential scope must have, such as
	// "bedrock".
	Service string
	// OtherService is another signing name that the scope may have, "" for none.
	OtherService string
	// Region that the scope must have; empty: any well-formed one.
	Region string
	// SkewWindow is how far the request's date may be from now, either way: 5
	// or 15 minutes. Zero is 5 minutes.
	SkewWindow time.Duration
	// S3 selects S3's dialect: the path encoded once and not normalised,
	// x-amz-content-sha256 demanded and checked, x-amz-* headers refused where
	// they are not signed, X-Amz-Expires obeyed, and S3's own order of checks.
	S3 bool
	// AsSent: the path is encoded once and not normalised, as S3 has it.
	AsSent bool
	// UnsignedPayload: the service takes "UNSIGNED-PAYLOAD" in
	// x-amz-content-sha256 (S3 always does).
	UnsignedPayload bool
	// Asymmetric: the service takes AWS4-ECDSA-P256-SHA256, "SigV4a" (S3 always
	// does).
	Asymmetric bool
	// ObeysExpires: a presigned request lives as long as its X-Amz-Expires says, as
	// with S3, and not for the skew window.
	ObeysExpires bool
	// OwnToken is the header, in lower case, in which the service also takes a token of a
	// session of its own, "" for none: "x-amz-s3session-token".
	OwnToken string
}

func (r Rules) window() time.Duration {
	if r.SkewWindow > 0 {
		return r.SkewWindow
	}
	return 5 * time.Minute
}
