package verdict

// Reason is why a request is refused, in this project's words: a cause, finer
// than any AWS error code. Each has a Cause, one small struct that says more.
type Reason string

// Reasons found in the shape of the Authorization header or query, before any
// key is looked up, in the order of the checks.
const (
	BothMechanisms         Reason = "both-mechanisms"           // Authorization header and X-Amz-Algorithm in the query
	MissingAuthentication  Reason = "missing-authentication"    // neither of them
	UnsupportedScheme      Reason = "unsupported-scheme"        // a scheme that the service does not take
	MalformedAuthorization Reason = "malformed-authorization"   // a piece without "="
	MissingParameters      Reason = "missing-parameters"        // the Authorization header lacks parts
	MissingQueryParameters Reason = "missing-query-parameters"  // the query lacks parameters
	MalformedQuery         Reason = "malformed-query"           // a wrong %-escape
	HostNotSigned          Reason = "host-not-signed"           // SignedHeaders does not have host
	MalformedDate          Reason = "malformed-date"            // the date cannot be read
	SignatureExpired       Reason = "signature-expired"         // the date is too far in the past
	SignatureNotYetCurrent Reason = "signature-not-yet-current" // the date is too far in the future
	MalformedCredential    Reason = "malformed-credential"      // not five parts
	WrongScope             Reason = "wrong-scope"               // a scope of another region, service, day or terminator
)

// Reasons found when the key and the token are looked up.
const (
	TokenMalformed   Reason = "token-malformed"     // not a token this AWS issued
	TokenForOtherKey Reason = "token-for-other-key" // a genuine token, of other credentials
	TokenExpired     Reason = "token-expired"
	TokenMissing     Reason = "token-missing" // a temporary key without its token
	KeyUnknown       Reason = "key-unknown"
	KeyInactive      Reason = "key-inactive"
	KeyDeleted       Reason = "key-deleted"
)

// Reasons found when the signature is computed again.
const (
	SignatureMismatch      Reason = "signature-mismatch"
	PayloadHashMismatch    Reason = "payload-hash-mismatch"
	PayloadHashMissing     Reason = "payload-hash-missing" // S3 wants x-amz-content-sha256
	PayloadHashMalformed   Reason = "payload-hash-malformed"
	HeadersNotSigned       Reason = "headers-not-signed"
	ChunkSignatureMismatch Reason = "chunk-signature-mismatch"
	ChunkMalformed         Reason = "chunk-malformed"
	ChunkTooSmall          Reason = "chunk-too-small"   // a chunk but the last below S3's least size
	TrailerMalformed       Reason = "trailer-malformed" // not the announced trailers, or of no known checksum
	ChecksumMismatch       Reason = "checksum-mismatch"
	PresignExpired         Reason = "presign-expired"
	PresignNotYetValid     Reason = "presign-not-yet-valid"
	PresignExpiresInvalid  Reason = "presign-expires-invalid"
)

// Reasons of bearer authentication (Bedrock API keys).
const (
	BearerMalformed Reason = "bearer-malformed" // no known prefix
	BearerInvalid   Reason = "bearer-invalid"   // well-formed, but not a key of this account and region
	BearerExpired   Reason = "bearer-expired"
)

// Reasons of identification and authorization.
const (
	UnknownOperation     Reason = "unknown-operation"     // AWS has no such operation
	UnsupportedOperation Reason = "unsupported-operation" // AWS may have it, this mock has not
	MalformedRequest     Reason = "malformed-request"     // cannot be read at all
	Denied               Reason = "denied"
)

// Injected is the reason of a fault.
const Injected Reason = "injected-fault"

// OperationFailed is an operation's own error, such as a validation.
const OperationFailed Reason = "operation-failed"
