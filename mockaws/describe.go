package mockaws

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
	e.Method, e.Host, e.Proto, e.TLS, e.RemoteAddr = f.http.Method, f.http.Host, f.http.Proto, f.http.TLS != nil, f.http.RemoteAddr
	e.Path, e.Query, _ = strings.Cut(f.http.RequestURI, "?")
	e.Query = redactQuery(e.Query)
	e.Call = "unknown"
	e.Presented.Scheme = "none"
	if scheme, value, _ := strings.Cut(f.http.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		e.Presented.Scheme, e.Presented.Bearer = "bearer", Describe(strings.TrimSpace(value))
	}
}

func (f *flight) describeBody() {
	f.exchange.BodySize, f.exchange.BodySHA256 = len(f.request.Body), f.request.HashBody()
}

func (f *flight) describeTarget() {
	e, t := f.exchange, f.target
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
		e.Confidence, e.Source = string(r.Row.Confidence), r.Row.Source
	} else if failure, ok := verdict.CauseOf[verdict.Failure](f.refusal); ok {
		e.Confidence, e.Source = failure.Confidence, failure.Source
	}
	e.ResponseSize = r.Size()
	e.Verdict.Refusal = publicRefusal(f.refusal)
	// An operation's own error comes after the caller was accepted.
	e.Verdict.Accepted = f.refusal == nil || f.refusal.Reason == verdict.OperationFailed && f.refusal.Stage == verdict.StageHandle
	f.describeSTS()
	if e.Verdict.Accepted && e.Verdict.Principal == "" {
		e.Verdict.Principal = "anonymous"
	}
	if e.Presented.NotKeyID != nil {
		e.conceal(keyPart(f.auth))
	}
}

// keyPart is what a request has in the place of the key id; a secret there may
// have slashes of its own.
func keyPart(a *sigv4.Authorization) string {
	if parts := strings.Split(a.Credential, "/"); len(parts) > 5 {
		return strings.Join(parts[:len(parts)-4], "/")
	}
	return a.KeyID
}

// showable reports whether a text in the place of a key id cannot be a secret:
// key ids are capital letters and digits
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html).
func showable(id string) bool {
	return len(id) < 16 || strings.IndexFunc(id, func(r rune) bool { return !('A' <= r && r <= 'Z' || '0' <= r && r <= '9') }) < 0
}

// conceal takes a text out of all that the exchange shows.
func (e *Exchange) conceal(secret string) {
	hide := strings.NewReplacer(secret, concealed, url.QueryEscape(secret), concealed, url.PathEscape(secret), concealed).Replace
	for _, values := range e.Header {
		for i, v := range values {
			values[i] = hide(v)
		}
	}
	e.Query, e.Message, e.Canonical = hide(e.Query), hide(e.Message), hide(e.Canonical)
	if r := e.Verdict.Refusal; r != nil {
		r.Detail = hide(r.Detail)
		for k, v := range r.Args {
			r.Args[k] = hide(v)
		}
	}
	if x := e.Explanation; x != nil {
		x.CanonicalRequest, x.StringToSign, x.Mistake = hide(x.CanonicalRequest), hide(x.StringToSign), hide(x.Mistake)
		x.Ours, x.Theirs = hide(x.Ours), hide(x.Theirs)
	}
}

const concealed = "<no access key id>"

// describeSTS names who was identified by a token instead of a key, and the
// credentials that were handed out.
func (f *flight) describeSTS() {
	if f.call == nil {
		return
	}
	f.exchange.Issued = f.call.Issued
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

// privateArgs can hold a token, or a secret that somebody pasted into an
// Authorization header. The canonical request is shown, redacted, in the
// Explanation.
var privateArgs = []string{"canonicalRequest", "stringToSign", "header", "value", "algorithm", "piece", "credential"}

// publicRefusal drops the arguments that are not to be shown.
func publicRefusal(r *verdict.Refusal) *verdict.Refusal {
	if r == nil {
		return nil
	}
	out := *r
	out.Args = nil
	for k, v := range r.Args {
		if slices.Contains(privateArgs, k) {
			continue
		}
		if out.Args == nil {
			out.Args = make(map[string]string, len(r.Args))
		}
		out.Args[k] = v
	}
	return &out
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

// redactHeader hides secret values in place: by now nobody reads the request's
// headers any more.
func redactHeader(h http.Header) http.Header {
	for name, values := range h {
		if secretName(name) {
			for i, v := range values {
				values[i] = redactValue(v)
			}
		}
	}
	return h
}

// redactValue keeps a SigV4 Authorization header but for most of its signature,
// and describes anything else.
func redactValue(value string) string {
	if strings.HasPrefix(value, "AWS4-") {
		head, tail, found := strings.Cut(value, "Signature=")
		if !found || len(tail) < 8 {
			return head
		}
		return head + "Signature=" + tail[:8] + "…"
	}
	o := Describe(value)
	if o == nil {
		return ""
	}
	return fmt.Sprintf("<%d characters, %s…>", o.Length, o.Prefix)
}

func redactQuery(query string) string {
	if query == "" {
		return ""
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, value, ok := strings.Cut(part, "=")
		decoded, err := url.QueryUnescape(name)
		if ok && (err != nil || secretName(decoded)) {
			parts[i] = name + "=" + redactValue(value)
		}
	}
	return strings.Join(parts, "&")
}
