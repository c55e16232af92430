package verdict

// Reason is why a request is refused, in this project's words: a cause, finer
// than any AWS error code.
type Reason string

// Reasons found in the shape of the Authorization header or query, before any
// key is looked up. Their order is that of the checks.
const (
	BothMechanisms        Reason = "both-mechanisms"        // Authorization header and X-Amz-Algorithm in the query
	MissingAuthentication Reason = "missing-authentication" // neither of them
	// args: algorithm, header, mechanism, problem (S3: no-space, sigv2, or empty)
	UnsupportedScheme      Reason = "unsupported-scheme"
	MalformedAuthorization Reason = "malformed-authorization" // a piece without "="; args: piece, header
	// args: missing (comma-separated: Credential,SignedHeaders,Signature,Date; empty: S3, not three components), header
	MissingParameters      Reason = "missing-parameters"
	MissingQueryParameters Reason = "missing-query-parameters" // args: missing (comma-separated X-Amz-* names)
	MalformedQuery         Reason = "malformed-query"          // bad %-escape; args: sequence
	HostNotSigned          Reason = "host-not-signed"          //
	MalformedDate          Reason = "malformed-date"           // args: date
	// args: date, bound, now (all 20060102T150405Z), minutes, requestTime (as sent), serverTime (RFC 3339)
	SignatureExpired       Reason = "signature-expired"
	SignatureNotYetCurrent Reason = "signature-not-yet-current" // args: as of signature-expired
	MalformedCredential    Reason = "malformed-credential"      // not five parts; args: credential
	// args, each present only if wrong: region, expectedRegion, service, expectedService, terminator, scopeDate with
	// headerDate and header or (S3) with problem=date-format; always mechanism (header, query)
	WrongScope Reason = "wrong-scope"
)

// Reasons found when the key and the token are looked up.
const (
	TokenMalformed Reason = "token-malformed" // not a token this AWS issued
	// a genuine token, of other credentials; args: keyId, tokenKeyId, tokenPrincipal
	TokenForOtherKey Reason = "token-for-other-key"
	TokenExpired     Reason = "token-expired" // args: expiration (RFC 3339)
	TokenMissing     Reason = "token-missing" // a temporary key without its token; args: keyId
	KeyUnknown       Reason = "key-unknown"   // args: keyId
	KeyInactive      Reason = "key-inactive"  // args: keyId
	KeyDeleted       Reason = "key-deleted"   // args: keyId
)

// Reasons found when the signature is computed again.
const (
	// args: canonicalRequest, stringToSign, and mistake where one was recognised
	SignatureMismatch      Reason = "signature-mismatch"
	PayloadHashMismatch    Reason = "payload-hash-mismatch"    // args: claimed, computed
	PayloadHashMissing     Reason = "payload-hash-missing"     // S3 wants x-amz-content-sha256
	PayloadHashMalformed   Reason = "payload-hash-malformed"   // args: value
	HeadersNotSigned       Reason = "headers-not-signed"       // args: headers (comma-space-separated)
	ChunkSignatureMismatch Reason = "chunk-signature-mismatch" // args: chunk (number from 0), stringToSign
	ChunkMalformed         Reason = "chunk-malformed"          // args: problem
	// a chunk but the last below S3's least size; args: chunk, size (bytes)
	ChunkTooSmall Reason = "chunk-too-small"
	// not the announced trailers, or of no known checksum; args: problem, trailer
	TrailerMalformed Reason = "trailer-malformed"
	ChecksumMismatch Reason = "checksum-mismatch" // args: algorithm (CRC32...), claimed, computed (base64)
	// args: expires (seconds), expiration (RFC 3339), now (RFC 3339)
	PresignExpired     Reason = "presign-expired"
	PresignNotYetValid Reason = "presign-not-yet-valid" // args: date, now
	// args: value, problem (too-long, negative, not-a-number)
	PresignExpiresInvalid Reason = "presign-expires-invalid"
)

// Reasons of bearer authentication (Bedrock API keys).
const (
	BearerMalformed Reason = "bearer-malformed" // no known prefix
	BearerInvalid   Reason = "bearer-invalid"   // well-formed, but not a key of this account and region
	BearerExpired   Reason = "bearer-expired"   // args: expiration (RFC 3339)
)

// Reasons of identification and authorization.
const (
	UnknownOperation     Reason = "unknown-operation"     // AWS has no such operation; args: service, operation
	UnsupportedOperation Reason = "unsupported-operation" // AWS may have it, this mock has not; its cause is a Gap
	MalformedRequest     Reason = "malformed-request"     // cannot be read at all; args: problem
	Denied               Reason = "denied"                // its cause is a Denial
)

// Injected is the reason of a fault; args: fault.
const Injected Reason = "injected-fault"

// OperationFailed is an operation's own error, such as a validation; its
// cause is a Failure.
const OperationFailed Reason = "operation-failed"
