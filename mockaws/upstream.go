package mockaws

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// A mock can be the front door of another emulator: it verifies and authorizes
// a call here and forwards it, so that an emulator that takes any signature
// gains authentication.

// Upstream is where the calls of a service go once they are allowed.
type Upstream struct {
	Service string // its endpoint prefix: "dynamodb"
	URL     *url.URL
}

// ParseUpstream reads "dynamodb=http://127.0.0.1:8000".
func ParseUpstream(text string) (Upstream, error) {
	name, address, ok := strings.Cut(text, "=")
	u, err := url.Parse(address)
	if !ok || name == "" || err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return Upstream{}, fmt.Errorf("upstream %q: want SERVICE=URL, such as dynamodb=http://127.0.0.1:8000", text)
	}
	if u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return Upstream{}, fmt.Errorf("upstream %q: the path and query are the client's, so the URL has only scheme, "+
			"host and port: %s://%s", text, u.Scheme, u.Host)
	}
	return Upstream{Service: name, URL: u}, nil
}

// upstreamTimeout bounds one forwarded call.
const upstreamTimeout = time.Minute

// AddUpstream forwards the allowed calls of a service from now on. An operation
// that the mock does not implement is authorized as SERVICE:Operation on "*", where
// the protocol names it; a REST call that the mock cannot name stays a 501.
func (s *Server) AddUpstream(u Upstream) error {
	var known []string
	for _, svc := range s.catalog.Services() {
		if svc.EndpointPrefix == u.Service {
			s.upstreams[u.Service] = &upstream{
				// A transport follows no redirect: the client must sign again for it.
				Upstream: u, transport: &http.Transport{MaxIdleConnsPerHost: 64},
			}
			return nil
		}
		known = append(known, svc.EndpointPrefix)
	}
	return fmt.Errorf("upstream for %q: the mock knows no such service; it knows %s", u.Service,
		strings.Join(known, ", "))
}

type upstream struct {
	Upstream
	transport http.RoundTripper
}

// upstreamOf is where the flight's call goes, nil if it is handled here.
func (f *flight) upstreamOf() *upstream {
	if f.target.Service == nil {
		return nil
	}
	return f.server.upstreams[f.target.Service.EndpointPrefix]
}

// adopt makes a row for an operation that only the upstream has.
func (f *flight) adopt(refusal *verdict.Refusal) *verdict.Refusal {
	if refusal == nil || f.upstreamOf() == nil {
		return refusal
	}
	if f.target.Operation != nil {
		return nil // AWS has it and the table names it; only the handler is missing
	}
	name := f.target.Input.Form.Get("Action")
	if target := f.http.Header.Get("X-Amz-Target"); target != "" {
		name = target[strings.LastIndexByte(target, '.')+1:]
	}
	if name == "" {
		return refusal
	}
	f.target.Operation = &service.Operation{Name: name, Action: f.target.Service.SigningName + ":" + name}
	return nil
}

// forward sends the request on as it came, to the upstream's host alone, and
// returns the answer without the headers of that connection.
func (u *upstream) forward(f *flight) (*protocol.Response, error) {
	ctx, cancel := context.WithTimeout(f.http.Context(), upstreamTimeout)
	defer cancel()
	request := f.http.Clone(ctx)
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(f.request.Body)), int64(len(f.request.Body))
	var answer *protocol.Response
	var failed error
	proxy := &httputil.ReverseProxy{
		Transport: u.transport,
		Rewrite:   func(p *httputil.ProxyRequest) { u.rewrite(p, f.target.Bucket) },
		ModifyResponse: func(r *http.Response) (err error) {
			answer, err = read(r, f.server.maxBody)
			return err
		},
		ErrorHandler: func(_ http.ResponseWriter, _ *http.Request, err error) { failed = err },
	}
	proxy.ServeHTTP(discarded{}, request)
	return answer, failed
}

// rewrite aims a request at the upstream. Its path and query stay as they are: they
// were signed and authorized. A bucket that was named by the host goes in front of
// the path, since the upstream is asked by its own name.
func (u *upstream) rewrite(p *httputil.ProxyRequest, bucket string) {
	p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = u.URL.Scheme, u.URL.Host, ""
	p.Out.URL.User, p.Out.URL.RawQuery = nil, p.In.URL.RawQuery
	if bucket != "" {
		escaped := "/" + url.PathEscape(bucket) + p.In.URL.EscapedPath()
		p.Out.URL.Path, p.Out.URL.RawPath = "/"+bucket+p.In.URL.Path, escaped
	}
	for _, name := range notForwarded {
		p.Out.Header.Del(name)
	}
}

// notForwarded are headers that the upstream does not get: those that ReverseProxy
// passes on for upgrades, and those by which some servers take another path or
// method than the one that was authorized.
var notForwarded = []string{"Connection", "Upgrade", "Te", "X-Original-Url", "X-Rewrite-Url", "X-Http-Method",
	"X-Http-Method-Override", "X-Method-Override"}

// read takes an answer of at most so many bytes; the proxy has dropped the headers
// of its connection.
func read(r *http.Response, most int64) (*protocol.Response, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(body)) > most:
		return nil, fmt.Errorf("its answer is larger than %d bytes", most)
	}
	out := &protocol.Response{Status: r.StatusCode, Body: body}
	for name, values := range r.Header {
		if name != "Content-Length" && name != "Date" {
			out.Set(name, strings.Join(values, ", "))
		}
	}
	r.Body = http.NoBody
	return out, nil
}

// discarded is where the proxy writes an answer that was read already.
type discarded struct{}

func (discarded) Header() http.Header         { return http.Header{} }
func (discarded) Write(b []byte) (int, error) { return len(b), nil }
func (discarded) WriteHeader(int)             {}

// handleUpstream is the handle stage of a forwarded call.
func (f *flight) handleUpstream(u *upstream) *verdict.Refusal {
	if refused := f.ambiguous(u.Service); refused != nil {
		return refused.Refusal()
	}
	if op := f.target.Operation; op.Unlisted && service.IsPath(op.Name) {
		return notKnown(f.target)
	}
	if further := f.target.Operation.Further; further != nil {
		if err := further(f.call); err != nil {
			return refusalOf(err)
		}
	}
	response, err := u.forward(f)
	if err != nil {
		failed := &service.Error{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable,
			Message: fmt.Sprintf("the upstream of %s at %s did not answer: %v", u.Service, u.URL.Host, err)}
		return failed.Refusal()
	}
	f.result = response
	return nil
}
