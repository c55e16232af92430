package verdict

import (
	"reflect"
	"time"
)

// causes has the cause of each Reason, in the order of the reasons.
var causes = []Cause{
	SignedTwice{}, Unauthenticated{}, ForeignScheme{}, BadPiece{}, MissingParts{}, MissingQuery{}, BadEscape{},
	UnsignedHost{}, BadDate{}, OldSignature{}, EarlySignature{}, BadCredential{}, ForeignScope{},
	BadToken{}, ForeignToken{}, OldToken{}, NoToken{}, UnknownKey{}, InactiveKey{}, DeletedKey{},
	OtherSignature{}, OtherPayload{}, NoPayloadHash{}, BadPayloadHash{}, UnsignedHeaders{},
	OtherChunkSignature{}, BadChunk{}, SmallChunk{}, BadTrailer{}, OtherChecksum{},
	OldPresign{}, EarlyPresign{}, BadExpires{},
	BadBearer{}, UnknownBearer{}, OldBearer{},
	NoOperation{}, Gap{}, BadRequest{}, Denial{}, Injection{}, Failure{},
}

// causeTypes has the types of causes by their Reason.
var causeTypes = typesOf(causes)

func typesOf(list []Cause) map[Reason]reflect.Type {
	types := make(map[Reason]reflect.Type, len(list))
	for _, c := range list {
		types[c.Reason()] = reflect.TypeOf(c)
	}
	return types
}

// The causes found in the shape of a signature.
type (
	// SignedTwice is the cause of BothMechanisms.
	SignedTwice struct {
		Header string `json:"-"` // Authorization, as sent
	}
	// Unauthenticated is the cause of MissingAuthentication. Its problem is what the
	// service answers otherwise to an anonymous call, where it does.
	Unauthenticated struct{ Variant }
	// ForeignScheme is the cause of UnsupportedScheme.
	ForeignScheme struct {
		Variant
		Algorithm string `json:"-"`
		Header    string `json:"-"` // Authorization, as sent
	}
	// BadPiece is the cause of MalformedAuthorization.
	BadPiece struct {
		Piece  string `json:"-"` // the one without an equal sign
		Header string `json:"-"` // Authorization, as sent
	}
	// MissingParts is the cause of MissingParameters.
	MissingParts struct {
		Variant
		// Missing names them: Credential, SignedHeaders, Signature or Date. It is empty
		// where S3 counted other than three parts.
		Missing []string `json:"missing,omitempty"`
		Header  string   `json:"-"` // Authorization, as sent
	}
	// MissingQuery is the cause of MissingQueryParameters.
	MissingQuery struct {
		Variant
		Missing []string `json:"missing,omitempty"` // names such as X-Amz-Date
	}
	// BadEscape is the cause of MalformedQuery.
	BadEscape struct {
		Sequence string `json:"sequence"` // such as "%zz"
	}
	// UnsignedHost is the cause of HostNotSigned.
	UnsignedHost struct{}
	// BadDate is the cause of MalformedDate.
	BadDate struct {
		Variant
		Date string `json:"date"` // as sent
	}
	// OldSignature is the cause of SignatureExpired.
	OldSignature struct{ Skew }
	// EarlySignature is the cause of SignatureNotYetCurrent.
	EarlySignature struct{ Skew }
	// BadCredential is the cause of MalformedCredential.
	BadCredential struct {
		Variant
		Credential string `json:"-"` // as sent
	}
	// ForeignScope is the cause of WrongScope. A part that is right is nil.
	ForeignScope struct {
		Variant
		Region     *Part      `json:"region,omitempty"`
		Service    *Part      `json:"service,omitempty"`
		Terminator *Part      `json:"terminator,omitempty"`
		Date       *ScopeDate `json:"date,omitempty"`
	}
)

// Skew is how far the date of a signature is from the clock; its times are whole seconds.
type Skew struct {
	Date  time.Time `json:"date,omitzero"`  // of the signature
	Bound time.Time `json:"bound,omitzero"` // the furthest date that is allowed
	Now   time.Time `json:"now"`            // on the server's clock
	// Minutes are allowed between Date and Now.
	Minutes int `json:"minutes"`
	// RequestTime is the date as it was sent.
	RequestTime string `json:"requestTime"`
}

// Part is a part of a credential scope that is wrong.
type Part struct {
	Sent     string `json:"sent"`
	Expected string `json:"expected,omitempty"`
}

// ScopeDate is a day of a credential scope that is wrong.
type ScopeDate struct {
	Sent string `json:"sent"`
	// Expected is the day of the request's date, "" where Sent is no date at all.
	Expected string `json:"expected,omitempty"`
	// From is the request's date as sent.
	From string `json:"from,omitempty"`
}

// The causes found when the key and the token are looked up.
type (
	// BadToken is the cause of TokenMalformed.
	BadToken struct{}
	// ForeignToken is the cause of TokenForOtherKey.
	ForeignToken struct {
		KeyID          string `json:"keyId"`          // the one presented
		TokenKeyID     string `json:"tokenKeyId"`     // the one that the token was issued with
		TokenPrincipal string `json:"tokenPrincipal"` // the ARN behind the token
	}
	// OldToken is the cause of TokenExpired.
	OldToken struct {
		Expiration time.Time `json:"expiration"`
	}
	// NoToken is the cause of TokenMissing.
	NoToken struct {
		KeyID string `json:"keyId"`
	}
	// UnknownKey is the cause of KeyUnknown.
	UnknownKey struct {
		KeyID string `json:"keyId"`
	}
	// InactiveKey is the cause of KeyInactive.
	InactiveKey struct {
		KeyID string `json:"keyId"`
	}
	// DeletedKey is the cause of KeyDeleted.
	DeletedKey struct {
		KeyID string `json:"keyId"`
	}
)

// The causes found when the signature is computed again.
type (
	// OtherSignature is the cause of SignatureMismatch.
	OtherSignature struct {
		Variant
		CanonicalRequest string `json:"-"` // "" for Signature Version 2 and forms
		StringToSign     string `json:"-"`
	}
	// OtherPayload is the cause of PayloadHashMismatch.
	OtherPayload struct {
		Claimed  string `json:"claimed"`  // x-amz-content-sha256
		Computed string `json:"computed"` // of the body that came, in hexadecimal digits
	}
	// NoPayloadHash is the cause of PayloadHashMissing.
	NoPayloadHash struct{}
	// BadPayloadHash is the cause of PayloadHashMalformed.
	BadPayloadHash struct {
		Value string `json:"-"` // x-amz-content-sha256
	}
	// UnsignedHeaders is the cause of HeadersNotSigned.
	UnsignedHeaders struct {
		Headers []string `json:"headers"` // in lower case, sorted
	}
	// OtherChunkSignature is the cause of ChunkSignatureMismatch.
	OtherChunkSignature struct {
		Chunk        int    `json:"chunk"` // from 0
		StringToSign string `json:"-"`
	}
	// BadChunk is the cause of ChunkMalformed.
	BadChunk struct {
		Problem string `json:"problem"`
		// Length is ProblemMissing where the request does not announce the payload's length
		// as a number, ProblemOther where it announces another one than came, and else "".
		Length string `json:"length,omitempty"`
		// Expected and Provided are the two lengths, in bytes.
		Expected uint64 `json:"expected,omitempty"`
		Provided int    `json:"provided,omitempty"`
	}
	// SmallChunk is the cause of ChunkTooSmall.
	SmallChunk struct {
		Chunk int `json:"chunk"` // from 0
		Size  int `json:"size"`  // in bytes
	}
	// BadTrailer is the cause of TrailerMalformed.
	BadTrailer struct {
		Problem string `json:"problem"`
		Trailer string `json:"trailer"` // the names of those that came
	}
	// OtherChecksum is the cause of ChecksumMismatch.
	OtherChecksum struct {
		Algorithm string `json:"algorithm"` // such as "CRC32"
		Header    string `json:"header"`    // the name of the header or trailer
		// Malformed: what was claimed can be no checksum of the algorithm.
		Malformed bool   `json:"malformed,omitempty"`
		Claimed   string `json:"claimed"`  // in base64
		Computed  string `json:"computed"` // in base64
	}
	// OldPresign is the cause of PresignExpired.
	OldPresign struct {
		Variant
		Expires    string    `json:"expires,omitempty"` // X-Amz-Expires as sent
		Expiration time.Time `json:"expiration"`
		Now        time.Time `json:"now"`
	}
	// EarlyPresign is the cause of PresignNotYetValid.
	EarlyPresign struct {
		Date string    `json:"date"` // as sent
		Now  time.Time `json:"now"`
	}
	// BadExpires is the cause of PresignExpiresInvalid.
	BadExpires struct {
		Variant
		Value string `json:"-"` // X-Amz-Expires as sent
	}
)

// The causes of bearer authentication.
type (
	// BadBearer is the cause of BearerMalformed.
	BadBearer struct{}
	// UnknownBearer is the cause of BearerInvalid.
	UnknownBearer struct{}
	// OldBearer is the cause of BearerExpired.
	OldBearer struct {
		Expiration time.Time `json:"expiration"`
	}
)

// The causes of identification, authorization and the operation itself.
type (
	// NoOperation is the cause of UnknownOperation.
	NoOperation struct {
		Service   string `json:"service"`
		Operation string `json:"operation"`
		Version   string `json:"version,omitempty"` // of a Query call, as sent
	}
	// Gap is the cause of UnsupportedOperation: AWS may have what this mock has not.
	Gap struct {
		Service   string `json:"service"`
		Operation string `json:"operation"`
		// Member is what is not implemented of an operation that is.
		Member string `json:"member,omitempty"`
	}
	// BadRequest is the cause of MalformedRequest.
	BadRequest struct {
		Problem string `json:"problem"`
		// Climbs: the path leaves its root by dot segments.
		Climbs bool `json:"climbs,omitempty"`
	}
	// Denial is the cause of Denied.
	Denial struct {
		// Principal is the ARN of who was denied, or "anonymous".
		Principal string `json:"principal"`
		// Action is what was denied, "s3:GetObject".
		Action string `json:"action"`
		// Resource is what the message names as the resource, "" where it names none.
		Resource string `json:"resource"`
		// Because is the tail of the message.
		Because string `json:"because"`
		// CrossAccount says that the resource is another account's.
		CrossAccount bool `json:"crossAccount,omitempty"`
	}
	// Injection is the cause of Injected.
	Injection struct {
		Fault string `json:"fault"` // its kind
	}
	// Failure is the cause of OperationFailed: an operation's own error, on its way to the
	// wire.
	Failure struct {
		// Code and Message are AWS's.
		Code    string `json:"code"`
		Message string `json:"message"`
		// Status is the one of HTTP.
		Status int `json:"status,omitempty"`
		// Row names a row of the dialect's failures.
		Row string `json:"failure,omitempty"`
		// Framework says that AWS's framework answers so, before the service sees the call.
		Framework bool `json:"framework,omitempty"`
		// MessageKey is the member of a JSON document that holds the message, "message" by
		// default.
		MessageKey string `json:"messageKey,omitempty"`
		// QueryError is the value of x-amzn-query-error, "Code;Sender".
		QueryError string `json:"queryError,omitempty"`
		// Members are further members of a JSON document.
		Members map[string]any `json:"-"`
		// Problem is what is wrong with an identity token.
		Problem string `json:"problem,omitempty"`
		// Injected is the fault that struck a request of AWS's own, as for an issuer's keys.
		Injected string `json:"injected,omitempty"`
		// Confidence and Source say how sure the wording is, where no row says it.
		Confidence string `json:"confidence,omitempty"`
		Source     string `json:"source,omitempty"`
		// Elements are further elements of S3's document, such as BucketName.
		Elements map[string]string `json:"elements,omitempty"`
	}
)
