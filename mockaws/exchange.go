package mockaws

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The words of package verdict, which say what was decided about a request.
type (
	Verdict = verdict.Verdict
	Refusal = verdict.Refusal
	Reason  = verdict.Reason
)

// Exchange is one request and its response as the mock saw them. It holds no
// secret: tokens and keys are described by length, prefix and fingerprint.
type Exchange struct {
	Seq       int64         `json:"seq"` // from 1, without gaps
	RequestID string        `json:"requestId"`
	Time      time.Time     `json:"time"` // on the mock's clock
	Duration  time.Duration `json:"durationNs"`

	Method     string      `json:"method"`
	Host       string      `json:"host"`
	Path       string      `json:"path"` // as sent
	Query      string      `json:"query,omitempty"`
	Proto      string      `json:"proto"`
	TLS        bool        `json:"tls,omitempty"`
	RemoteAddr string      `json:"remoteAddr,omitempty"`
	Header     http.Header `json:"header,omitempty"`
	BodySize   int         `json:"bodySize"`
	BodySHA256 string      `json:"bodySha256,omitempty"`

	Service   string `json:"service,omitempty"`   // "Bedrock Runtime"
	Operation string `json:"operation,omitempty"` // "Converse"
	Call      string `json:"call"`                // "bedrock:Converse"; "unknown" when not identified
	Action    string `json:"action,omitempty"`    // what IAM was asked: "bedrock:InvokeModel"
	Resource  string `json:"resource,omitempty"`
	Region    string `json:"region,omitempty"` // from the hostname, else from the credential scope

	Presented Presented `json:"presented"`
	Verdict   Verdict   `json:"verdict"`
	// Issued is the key id of the credentials that the call was answered with.
	Issued string `json:"issued,omitempty"`
	// IssuedUntil is when they end.
	IssuedUntil time.Time `json:"issuedUntil,omitzero"`
	// Explanation is there when the signature did not match.
	Explanation *Explanation `json:"explanation,omitempty"`
	// Canonical is the canonical request, tokens redacted, where the signature is
	// right and the credentials were refused all the same.
	Canonical string `json:"canonical,omitempty"`

	Status  int    `json:"status"`
	Code    string `json:"code,omitempty"`    // the AWS error code that was sent
	Message string `json:"message,omitempty"` // and its message
	// Confidence and Source say how sure it is that AWS answers so: V verified,
	// L likely, U unverified.
	Confidence   string `json:"confidence,omitempty"`
	Source       string `json:"source,omitempty"`
	ResponseSize int64  `json:"responseSize"`
	// Fault struck the call on purpose.
	Fault *fault.Fault `json:"fault,omitempty"`
	// Aborted: the client went away, or a fault kept the answer from it.
	Aborted string `json:"aborted,omitempty"`
}

// Presented describes the credentials as the request carried them.
type Presented struct {
	// Scheme is "sigv4", "sigv4-query", "sigv4a", "sigv2", "sigv2-query", "sigv4-form", "sigv2-form", "bearer",
	// "web-identity" or "none".
	Scheme string `json:"scheme"`
	KeyID  string `json:"keyId,omitempty"`
	// NotKeyID describes what stands in the key id's place and may be a secret;
	// KeyID is then empty.
	NotKeyID      *Opaque  `json:"notKeyId,omitempty"`
	ScopeDate     string   `json:"scopeDate,omitempty"`
	ScopeRegion   string   `json:"scopeRegion,omitempty"`
	ScopeService  string   `json:"scopeService,omitempty"`
	SignedHeaders []string `json:"signedHeaders,omitempty"`
	Token         *Opaque  `json:"token,omitempty"`
	Bearer        *Opaque  `json:"bearer,omitempty"`
	// IdentityToken describes an OpenID Connect token, verified or not, and
	// WebIdentity is whom a verified one stands for.
	IdentityToken *Opaque              `json:"identityToken,omitempty"`
	WebIdentity   *service.WebIdentity `json:"webIdentity,omitempty"`
	// TokenOwner is whose token it is, when the mock issued it: a principal's ARN.
	TokenOwner string `json:"tokenOwner,omitempty"`
	TokenKeyID string `json:"tokenKeyId,omitempty"`
	// KeyOwner is whose key it is, when the mock knows it.
	KeyOwner string `json:"keyOwner,omitempty"`
	// SecretOf names the key whose secret made the signature: the presented key
	// when all is well, another one when secrets were mixed up, "" when no known
	// secret made it. It is found out for refused requests too.
	SecretOf string `json:"secretOf,omitempty"`
}

// Opaque describes a secret string without showing it.
type Opaque struct {
	Length      int    `json:"length"`
	Prefix      string `json:"prefix"`      // at most 8 characters and a third of it
	Fingerprint string `json:"fingerprint"` // see Fingerprint
}

// Describe makes the description of a secret string; nil for an empty one.
func Describe(secret string) *Opaque {
	if secret == "" {
		return nil
	}
	return &Opaque{Length: len(secret), Prefix: secret[:min(8, len(secret)/3)], Fingerprint: Fingerprint(secret)}
}

// Fingerprint is the first 16 hexadecimal digits of a string's SHA-256: enough
// to recognise a value that one holds, useless to one who does not.
func Fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:8])
}

// Explanation shows a signature mismatch: what the mock signed, and where the
// client probably differed. Tokens in it are redacted.
type Explanation struct {
	CanonicalRequest string `json:"canonicalRequest"`
	StringToSign     string `json:"stringToSign"`
	// Mistake says in a sentence what the client probably did.
	Mistake string `json:"mistake,omitempty"`
	// Line (from 1), Ours and Theirs are the first line of the canonical request
	// that differs, where the mistake was recognised.
	Line   int    `json:"line,omitempty"`
	Name   string `json:"name,omitempty"`
	Ours   string `json:"ours,omitempty"`
	Theirs string `json:"theirs,omitempty"`
}

// String is the exchange in one line.
func (e *Exchange) String() string {
	who := e.Presented.KeyID
	if who == "" {
		who = e.Presented.Scheme
	}
	line := fmt.Sprintf("#%d %s %s%s [%s] -> %d %s", e.Seq, e.Call, e.Host, e.Path, who, e.Status, e.Verdict)
	if e.Fault != nil && !strings.Contains(line, e.Fault.Injected()) {
		line += "; " + e.Fault.Injected()
	}
	return line
}
