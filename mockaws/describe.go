package mockaws

import (
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/shown"
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
	e.Query = shown.Query(e.Query)
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
	if id := keyPart(a); !shown.KeyID(id) {
		p.KeyID, p.NotKeyID = "", Describe(id)
	}
	p.SignedHeaders = make([]string, len(a.SignedHeaders))
	for i, name := range a.SignedHeaders {
		p.SignedHeaders[i] = shown.HeaderName(name)
	}
	p.Token = Describe(a.Token)
	f.describeOwners()
}

func (f *flight) describeOutcome() {
	e, r := f.exchange, f.response
	e.Duration = time.Since(f.start)
	e.Header = shown.Header(f.http.Header)
	e.RequestID = f.context.RequestID
	e.Status, e.Code = r.Status, r.Code
	// Some services echo the canonical request in the message, token included.
	e.Message, _, _ = strings.Cut(r.Message, "\n")
	if r.Row != nil {
		e.Confidence, e.Source = f.confident(r.Row.Confidence), r.Row.Source
	} else if failure, ok := verdict.CauseOf[verdict.Failure](f.refusal); ok {
		e.Confidence, e.Source = failure.Confidence, failure.Source
	}
	e.ResponseSize = f.fault.Part(r.Size())
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
	f.concealCredentials()
	if f.auth != nil && shown.Overlong(f.auth.Algorithm) {
		conceal(e, f.auth.Algorithm, "<no algorithm>") // AWS's answer repeats it
	}
}

// keyPart is what a request has in the place of the key id.
func keyPart(a *sigv4.Authorization) string {
	if a.Credential == "" {
		return a.KeyID // Signature Version 2
	}
	return shown.KeyOf(a.Credential)
}

// concealCredentials takes out the secret and the token of the credentials that were judged,
// or the password, in whatever place the client sent them besides.
func (f *flight) concealCredentials() {
	if f.password != nil && len(f.password.Secret) >= leastPassword && mentions(f.exchange, f.password.Secret) {
		conceal(f.exchange, f.password.Secret, "<password>")
	}
	for _, c := range []*iam.Credential{f.caller, f.claimed} {
		if c == nil {
			continue
		}
		for _, secret := range []string{c.Secret, c.Token} {
			if secret != "" && mentions(f.exchange, secret) {
				conceal(f.exchange, secret, fmt.Sprintf("<secret of %d characters>", len(secret)))
			}
		}
	}
}

// leastPassword is the length, in bytes, from which a password is taken out of other places.
// A shorter one was never handed out, and stands in any text by chance.
const leastPassword = 8

// mentions reports whether a text stands in what the exchange shows of the request as it was sent.
func mentions(e *Exchange, text string) bool {
	for _, form := range shown.Forms(text) {
		if strings.Contains(e.Path, form) || strings.Contains(e.Query, form) || strings.Contains(e.Host, form) {
			return true
		}
		for _, values := range e.Header {
			for _, v := range values {
				if strings.Contains(v, form) {
					return true
				}
			}
		}
	}
	return false
}

// conceal takes a text out of all that the exchange shows, and says what it was not.
func conceal(e *Exchange, secret, instead string) {
	var pairs []string
	for _, form := range shown.Forms(secret) {
		pairs = append(pairs, form, instead)
	}
	hide := strings.NewReplacer(pairs...).Replace
	for name, values := range e.Header {
		hidden := make([]string, len(values))
		for i, v := range values {
			hidden[i] = hide(v)
		}
		e.Header[name] = hidden
	}
	e.Query, e.Message, e.Canonical = hide(e.Query), hide(e.Message), hide(e.Canonical)
	e.Path, e.Host, e.Resource = hide(e.Path), hide(e.Host), hide(e.Resource)
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
