package mockaws

import (
	"crypto/tls"
	"net/http"
)

// TLSHeader is set by a proxy that ended the TLS of a request before it passed
// it on in the clear, so that policies with aws:SecureTransport see what the
// client did. It is no part of the request that is judged and recorded.
const TLSHeader = "Mockaws-Tls"

// withTLSOfProxy is the request as the client sent it to the proxy, if one did.
func withTLSOfProxy(r *http.Request) *http.Request {
	if _, ok := r.Header[TLSHeader]; !ok {
		return r
	}
	sent := *r
	sent.Header = r.Header.Clone()
	sent.Header.Del(TLSHeader)
	if sent.TLS == nil {
		sent.TLS = &tls.ConnectionState{}
	}
	return &sent
}
