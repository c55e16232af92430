// Package exchange has what the mock records of a request, as plain data: who reads a
// journal or a report needs no server for it.
package exchange

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/verdict"
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

	Presented Presented       `json:"presented"`
	Verdict   verdict.Verdict `json:"verdict"`
	// Issued is the key id of the credentials that the call was answered with.
	Issued string `json:"issued,omitempty"`
	// IssuedUntil is when they end.
	IssuedUntil time.Time `json:"issuedUntil,omitzero"`
	// Able are the ARNs of the users and roles of the account that may make the call,
	// where the caller may not: whose credentials would have done.
	Able []string `json:"able,omitempty"`
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
