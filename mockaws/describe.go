package mockaws

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// This file fills the Exchange: what a person may see of a request.

func (f *flight) describeRequest() {
	e := f.exchange
	e.Time = f.now
	e.Method, e.Host, e.Proto, e.TLS, e.RemoteAddr = f.http.Method, f.http.Host, f.http.Proto, f.http.TLS != nil,
		f.http.RemoteAddr
	e.Path, e.Query, _ = strings.Cut(f.http.RequestURI, "?")
	e.Query = redactQuery(e.Query)
	e.Call = "unknown"
	e.Presented.Scheme = "none"
	if scheme, value, _ := strings.Cut(f.http.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		e.Presented.Scheme, e.Presented.Bearer = "bearer", Describe(strings.TrimSpace(value))
	}
}

// describeCall says what was called, and with how much.
func (f *flight) describeCall() {
	e, t := f.exchange, f.target
	if f.request != nil && !f.live {
		e.BodySize, e.BodySHA256 = len(f.request.Body), f.request.HashBody()
	}
	e.Region = t.Region
	if t.Service == nil {
		return
	}
	e.Service, e.Call = t.Service.ID, service.CallName(t.Service, t.Operation)
	if t.Operation != nil {
		e.Operation = t.Operation.Name
	}
}

func (f *flight) describeAuthorization() {
	a, p := f.auth, &f.exchange.Presented
	if a == nil || a.Algorithm == "" && a.KeyID == "" {
		return
	}
	p.Scheme = "sigv4"
	switch {
	case strings.Contains(a.Algorithm, "ECDSA"):
		p.Scheme = "sigv4a"
	case a.Algorithm == "AWS" && a.Mechanism == sigv4.Form:
		p.Scheme = "sigv2-form"
	case a.Mechanism == sigv4.Form:
		p.Scheme = "sigv4-form"
	case a.Algorithm == "AWS" && a.Mechanism == sigv4.Query:
		p.Scheme = "sigv2-query"
	case a.Algorithm == "AWS":
		p.Scheme = "sigv2"
	case a.Mechanism == sigv4.Query:
		p.Scheme = "sigv4-query"
	}
	p.KeyID, p.ScopeDate, p.ScopeRegion, p.ScopeService = a.KeyID, a.ScopeDate, a.Region, a.Service
	if id := keyPart(a); !showable(id) {
		p.KeyID, p.NotKeyID = "", Describe(id)
	}
	p.SignedHeaders = a.SignedHeaders
	p.Token = Describe(a.Token)
	f.describeOwners()
}

func (f *flight) describeOutcome() {
	e, r := f.exchange, f.response
	e.Duration = time.Since(f.start)
	e.Header = redactHeader(f.http.Header)
	e.RequestID = f.context.RequestID
	e.Status, e.Code = r.Status, r.Code
	// Some services echo the canonical request in the message, token included.
	e.Message, _, _ = strings.Cut(r.Message, "\n")
	if r.Row != nil {
		e.Confidence, e.Source = f.confident(r.Row.Confidence), r.Row.Source
	} else if failure, ok := verdict.CauseOf[verdict.Failure](f.refusal); ok {
		e.Confidence, e.Source = failure.Confidence, failure.Source
	}
	e.ResponseSize = r.Size()
	if f.live {
		e.BodySize, e.ResponseSize = int(f.streamed), f.sent
	}
	e.Verdict.Refusal = f.refusal.Public()
	// An operation's own error comes after the caller was accepted.
	e.Verdict.Accepted = f.refusal == nil || f.refusal.Reason == verdict.OperationFailed &&
		f.refusal.Stage == verdict.StageHandle
	f.describeSTS()
	f.describeFault()
	if e.Verdict.Accepted && e.Verdict.Principal == "" {
		e.Verdict.Principal = "anonymous"
	}
	if e.Presented.NotKeyID != nil {
		conceal(e, keyPart(f.auth), "<no access key id>")
	}
	if f.auth != nil && overlong(f.auth.Algorithm) {
		conceal(e, f.auth.Algorithm, "<no algorithm>") // AWS's answer repeats it
	}
}

// keyPart is what a request has in the place of the key id.
func keyPart(a *sigv4.Authorization) string {
	if a.Credential == "" {
		return a.KeyID // Signature Version 2
	}
	return keyOf(a.Credential)
}

// keyOf is the key id of a credential, KEYID/20060102/region/service/aws4_request.
// A secret in its place may have slashes of its own; without a scope behind it,
// all of it may be the secret.
func keyOf(credential string) string {
	end := len(credential)
	for range 4 { // the scope's parts
		if end = strings.LastIndexByte(credential[:max(end, 0)], '/'); end < 0 {
			break
		}
	}
	if end >= 0 {
		return credential[:end]
	}
	for _, c := range credential {
		if 'a' <= c && c <= 'z' || c == '+' {
			return credential
		}
	}
	id, _, _ := strings.Cut(credential, "/")
	return id
}

// minSecret is the length, in characters, from which a text may be a secret: a key
// id has no fewer (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html).
const minSecret = 16

// overlong reports whether a word is too long for the name of an algorithm or of a
// parameter, such as AWS4-ECDSA-P256-SHA256.
func overlong(word string) bool { return len(word) > len("AWS4-ECDSA-P256-SHA256") }

// showable reports whether a text in the place of a key id cannot be a secret:
// key ids are capital letters and digits
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html).
func showable(id string) bool {
	return len(id) < minSecret || strings.IndexFunc(id, func(r rune) bool {
		return !('A' <= r && r <= 'Z' ||
			'0' <= r && r <= '9')
	}) < 0
}

// conceal takes a text out of all that the exchange shows, and says what it was not.
func conceal(e *Exchange, secret, shown string) {
	hide := strings.NewReplacer(secret, shown, url.QueryEscape(secret), shown, url.PathEscape(secret), shown).Replace
	for name, values := range e.Header {
		hidden := make([]string, len(values))
		for i, v := range values {
			hidden[i] = hide(v)
		}
		e.Header[name] = hidden
	}
	e.Query, e.Message, e.Canonical = hide(e.Query), hide(e.Message), hide(e.Canonical)
	if r := e.Verdict.Refusal; r != nil {
		r.Rewrite(hide)
	}
	if x := e.Explanation; x != nil {
		x.CanonicalRequest, x.StringToSign, x.Mistake = hide(x.CanonicalRequest), hide(x.StringToSign), hide(x.Mistake)
		x.Ours, x.Theirs = hide(x.Ours), hide(x.Theirs)
	}
}

// describeSTS names who was identified by a token instead of a key, and the
// credentials that were handed out.
func (f *flight) describeSTS() {
	if f.call == nil {
		return
	}
	f.exchange.Issued, f.exchange.IssuedUntil = f.call.Issued, f.call.IssuedUntil
	if denial, ok := verdict.CauseOf[verdict.Denial](f.refusal); ok && f.exchange.Action == "" {
		// An operation that authorizes itself says what it asked.
		f.exchange.Action, f.exchange.Resource = denial.Action, denial.Resource
	}
	if f.call.IdentityToken == "" {
		return
	}
	f.exchange.Presented.Scheme, f.exchange.Presented.IdentityToken = "web-identity", Describe(f.call.IdentityToken)
	if w := f.call.WebIdentity; w != nil {
		f.exchange.Presented.WebIdentity, f.exchange.Verdict.Principal = w, w.String()
	}
}

// secretWords mark a header or query parameter whose value is not shown.
var secretWords = []string{"token", "secret", "cookie", "password", "authorization", "api-key", "apikey", "signature"}

// secretName is asked for every header of every request: it allocates nothing.
func secretName(name string) bool {
	var buf [64]byte
	n := copy(buf[:], name)
	for i, c := range buf[:n] {
		if 'A' <= c && c <= 'Z' {
			buf[i] = c + 'a' - 'A'
		}
	}
	for _, word := range secretWords {
		if bytes.Contains(buf[:n], []byte(word)) {
			return true
		}
	}
	return len(name) > len(buf) // who knows
}

// redactHeader is a copy of headers without the values that are secret. What is public in
// them is shared with the request.
func redactHeader(h http.Header) http.Header {
	shown := make(http.Header, len(h))
	hidden := make([]string, 0, 4) // the values of most requests that are secret
	for name, values := range h {
		if secretName(name) {
			from := len(hidden)
			for _, v := range values {
				hidden = append(hidden, redactValue(v))
			}
			values = hidden[from:len(hidden):len(hidden)]
		}
		shown[name] = values
	}
	return shown
}

// redactValue keeps what is public of a SigV4 Authorization header, and describes
// anything else.
func redactValue(value string) string {
	algorithm, list, _ := strings.Cut(value, " ")
	if strings.HasPrefix(value, "AWS4-") && !overlong(algorithm) {
		return redactAuthorization(algorithm, list)
	}
	o := Describe(value)
	if o == nil {
		return ""
	}
	return fmt.Sprintf("<%d characters, %s…>", o.Length, o.Prefix)
}

// redactAuthorization keeps the credential scope and the names of the signed
// headers, and the beginning of the signature; whatever else stands there may be a
// secret in a wrong place.
func redactAuthorization(algorithm, list string) string {
	out := make([]byte, 0, len(algorithm)+len(list)+1)
	out = append(append(out, algorithm...), ' ')
	first := true
	for piece := range strings.SplitSeq(list, ",") {
		if !first {
			out = append(out, ',')
		}
		first = false
		trimmed := strings.TrimLeft(piece, " \t")
		out = append(out, piece[:len(piece)-len(trimmed)]...)
		out = append(out, redactPiece(trimmed)...)
	}
	return string(out)
}

func redactPiece(piece string) string {
	name, value, ok := strings.Cut(piece, "=")
	switch {
	case !ok:
		return redactValue(piece)
	case name == "SignedHeaders":
		return piece
	case name == "Credential" && publicCredential(value):
		return piece
	case name == "Signature" && len(value) < 8:
		return "Signature="
	case name == "Signature":
		return "Signature=" + value[:8] + "…"
	case overlong(name):
		return redactValue(piece)
	}
	return name + "=" + redactValue(value)
}

// publicCredential reports whether what stands in the place of a credential holds
// no secret.
func publicCredential(credential string) bool { return showable(keyOf(credential)) }

func redactQuery(query string) string {
	if query == "" {
		return ""
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, value, ok := strings.Cut(part, "=")
		decoded, err := url.QueryUnescape(name)
		if ok && (err != nil || secretName(decoded) || misplaced(decoded, value)) {
			parts[i] = name + "=" + redactValue(value)
		}
	}
	return strings.Join(parts, "&")
}

// misplaced reports whether a parameter for a key id has something else.
func misplaced(name, value string) bool {
	if !strings.EqualFold(name, "X-Amz-Credential") && !strings.EqualFold(name, "AWSAccessKeyId") {
		return false
	}
	credential, err := url.QueryUnescape(value)
	return err != nil || !publicCredential(credential)
}
