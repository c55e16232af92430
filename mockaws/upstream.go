package mockaws

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
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
	return Upstream{Service: name, URL: u}, nil
}

// upstreamTimeout bounds one forwarded call.
const upstreamTimeout = time.Minute

// AddUpstream forwards the allowed calls of a service from now on. An operation
// that the mock has no row for is authorized as SERVICE:Operation on "*", where
// the protocol names it; a REST call that the mock cannot name stays a 501.
func (s *Server) AddUpstream(u Upstream) error {
	var known []string
	for _, svc := range s.catalog.Services() {
		if svc.EndpointPrefix == u.Service {
			s.upstreams[u.Service] = &upstream{
				Upstream: u, client: &http.Client{Timeout: upstreamTimeout,
					Transport: &http.Transport{MaxIdleConnsPerHost: 64},
					// A redirect is the client's to follow: it must be signed again.
					CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
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
	client *http.Client
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

// forward sends the request on as it came and takes the answer as it is.
func (u *upstream) forward(f *flight) (*protocol.Response, error) {
	target := *u.URL
	target.Path, target.RawPath, target.RawQuery = "", "", ""
	req, err := http.NewRequestWithContext(f.http.Context(), f.http.Method, target.String()+f.http.RequestURI,
		bytes.NewReader(f.request.Body))
	if err != nil {
		return nil, err
	}
	req.Header = f.http.Header.Clone()
	dropHopByHop(req.Header)
	resp, err := u.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, f.server.maxBody))
	if err != nil {
		return nil, err
	}
	dropHopByHop(resp.Header)
	out := &protocol.Response{Status: resp.StatusCode, Body: body}
	for name, values := range resp.Header {
		if name != "Content-Length" && name != "Date" {
			out.Set(name, strings.Join(values, ", "))
		}
	}
	return out, nil
}

// dropHopByHop removes the headers that belong to one connection (RFC 9110,
// section 7.6.1).
func dropHopByHop(h http.Header) {
	for _, name := range strings.Split(h.Get("Connection"), ",") {
		h.Del(strings.TrimSpace(name))
	}
	for _, name := range []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding",
		"Upgrade"} {
		h.Del(name)
	}
}

// handleUpstream is the handle stage of a forwarded call.
func (f *flight) handleUpstream(u *upstream) *verdict.Refusal {
	response, err := u.forward(f)
	if err != nil {
		failed := &service.Error{Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable,
			Message: fmt.Sprintf("the upstream of %s at %s did not answer: %v", u.Service, u.URL.Host, err)}
		return failed.Refusal()
	}
	f.result = response
	return nil
}
