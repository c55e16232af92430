package deploy

import (
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"syscall"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
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
			if r.In.TLS != nil {
				r.Out.Header.Set(mockaws.TLSHeader, "1")
			}
			r.Out.URL = &url.URL{Scheme: target.Scheme, Host: target.Host, Opaque: path, RawQuery: r.In.URL.RawQuery,
				ForceQuery: r.In.URL.ForceQuery}
		},
		Transport:     transport,
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
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxy.ServeHTTP(&metadataInLowerCase{ResponseWriter: w}, r)
	})
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
