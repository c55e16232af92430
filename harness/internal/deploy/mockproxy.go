package deploy

import (
	"context"
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"syscall"

	"github.com/hostproof/hostproof/mockaws/admin"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/wire"
)

// handler answers AWS calls: the mock itself, or a proxy to it that leaves host
// and path as they are, since both are signed.
func (m *Mock) handler() http.Handler {
	if m.Handler != nil {
		return m.Handler
	}
	transport, base := m.transport()
	target, err := url.Parse(base)
	if err != nil {
		return http.NotFoundHandler()
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			path, _, _ := strings.Cut(r.In.RequestURI, "?")
			r.Out.Host = r.In.Host
			r.Out.URL = &url.URL{Scheme: target.Scheme, Host: target.Host, Opaque: path, RawQuery: r.In.URL.RawQuery,
				ForceQuery: r.In.URL.ForceQuery}
		},
		Transport:     byTLS{plain: transport, secure: m.secure},
		FlushInterval: -1,
		// The mock broke the connection, on purpose: so must this one.
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			if errors.Is(err, syscall.ECONNRESET) {
				fault.ResetConnection(w)
				return
			}
			panic(http.ErrAbortHandler)
		},
	}
	return proxied{proxy, m.Admin}
}

// byTLS sends on each request as it came: what came over TLS, to where the mock takes it
// as such.
type byTLS struct{ plain, secure http.RoundTripper }

// RoundTrip sends a request.
func (b byTLS) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.TLS != nil && b.secure != nil {
		return b.secure.RoundTrip(r)
	}
	return b.plain.RoundTrip(r)
}

// proxied is a mock in another process.
type proxied struct {
	proxy http.Handler
	admin *admin.Client
}

// ServeHTTP passes a request on.
func (p proxied) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.proxy.ServeHTTP(&metadataInLowerCase{ResponseWriter: w}, r)
}

// RecordRefused has the mock record a request that could not be passed on.
func (p proxied) RecordRefused(r wire.Refused) {
	_ = p.admin.RecordRefused(context.Background(), r) // a mock that is gone has no journal
}

// metadataInLowerCase sends the names of an object's metadata as S3 does:
// net/http's proxy capitalises them, and boto3 takes them letter for letter.
type metadataInLowerCase struct{ http.ResponseWriter }

// WriteHeader spells the names.
func (m *metadataInLowerCase) WriteHeader(status int) {
	h := m.Header()
	for name, values := range h {
		if strings.HasPrefix(name, "X-Amz-Meta-") {
			delete(h, name)
			h[strings.ToLower(name)] = values
		}
	}
	m.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (m *metadataInLowerCase) Unwrap() http.ResponseWriter { return m.ResponseWriter }
