package deploy

import (
	"context"
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"syscall"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
)

// world is what a subject finds behind the real names and addresses.
type world struct {
	aws         http.Handler
	ca          *isolation.CA
	layout      *layout
	passThrough []isolation.PassThrough
	lookup      func(name string) isolation.Resolution
}

// isolated starts a subject as the execution's backend does, in its world if it has one.
func (e *execution) isolated(ctx context.Context, s isolation.Subject) (*running, error) {
	var stdout, stderr tail
	s.Env, s.Timeout = e.env.Environ(), e.timeout
	s.Stdout, s.Stderr = stdout.with(e.stdout), stderr.with(e.stderr)
	if w := e.world; w != nil {
		s.AWS, s.CA, s.PassThrough, s.Lookup = w.aws, w.ca, w.passThrough, w.lookup
		s.Addresses, s.Hosts, s.Files = w.layout.addresses, w.layout.hosts, w.layout.files
	}
	p, err := e.backend.Start(ctx, s)
	if err != nil {
		return nil, err
	}
	done := make(chan struct{})
	var exit isolation.Exit
	go func() {
		defer close(done)
		exit, err = p.Wait()
	}()
	wait := func() (*outcome, error) {
		if <-done; err != nil && context.Cause(e.ctx) == nil {
			return nil, err
		}
		out := &outcome{
			exitCode: exit.Code, timedOut: exit.TimedOut, stdout: stdout.bytes(), stderr: stderr.bytes(),
			refused: p.Refused(), tlsFailures: p.TLSFailures(), wiring: p.Wiring().Env,
			listening: exit.Listening, unrecorded: exit.Unrecorded,
			killed: exit.Signal == syscall.SIGKILL && !exit.TimedOut,
		}
		if exit.Signal != 0 {
			out.signal = exit.Signal.String()
		}
		return out, nil
	}
	interrupt := func(sig syscall.Signal) { _ = p.Interrupt(sig) } // who does not get it is killed soon
	return &running{wait: wait, kill: p.Kill, interrupt: interrupt, done: done, inbound: p.Inbound}, nil
}

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
