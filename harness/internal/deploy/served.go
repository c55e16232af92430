package deploy

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
)

// Served is a subject that is a server, and runs until Close.
type Served struct {
	run       *run
	transport *http.Transport
	visits    visits
	headersMu sync.Mutex
	listenMu  sync.Mutex
	listener  *mockaws.Listener // nil until Listen
}

// Serve starts a subject that is a server and listens at a port, any address of
// it, and returns when it runs; calls wait until it listens. Each request gets
// the headers that the host adds, such as Vercel's x-vercel-oidc-token. The time
// of a deployment's subjects (WithTimeout) also bounds the server's time. Under
// an isolation without a network of its own the port is one of this machine. No other subject of the
// deployment runs until Close.
func (d *Deployment) Serve(ctx context.Context, s Subject, port uint16) (*Served, error) {
	if port == 0 {
		return nil, &SettingError{"Serve needs the port at which the subject listens"}
	}
	if b, err := d.backendFor(s); err == nil && !b.OwnNetwork() {
		if err := free(port); err != nil {
			return nil, err
		}
	}
	x, err := d.begin(ctx, s)
	if err != nil {
		return nil, err
	}
	x.port = port
	served := &Served{run: x}
	served.transport = &http.Transport{DialContext: x.running.inbound(port), DisableCompression: true}
	x.visits = &served.visits
	return served, nil
}

// Listen opens a port of this machine at which its programs, such as a browser,
// reach the subject as the platform's visitors would, and returns its URL,
// "http://127.0.0.1:40123". Every program of the machine can call it until Close.
// A second call returns the same URL.
func (s *Served) Listen() (string, error) {
	s.listenMu.Lock()
	defer s.listenMu.Unlock()
	if s.listener != nil {
		return s.listener.URL, nil
	}
	l, err := mockaws.Listen("127.0.0.1:0", &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", r.In.Host
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		Transport:     s,
		FlushInterval: -1,
	})
	if err != nil {
		return "", err
	}
	s.listener = l
	return l.URL, nil
}

// free refuses a port at which something of this machine answers already: that
// would be called instead of the subject.
func free(port uint16) error {
	c, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))), time.Second)
	if err != nil {
		return nil
	}
	_ = c.Close() // nothing was said
	return &SettingError{fmt.Sprintf("something listens at port %d of this machine already, and under isolation "+
		"endpoint the program cannot: stop it, choose another port, or use sandbox", port)}
}

// Do calls the subject as the platform would: to the path of the request's URL,
// with its Host or else the host of its URL, and with the platform's headers,
// which replace headers of the same names. It waits until the subject listens, as
// long as the request's context and the subject last.
func (s *Served) Do(r *http.Request) (*http.Response, error) { return s.RoundTrip(r) }

// Get calls a path of the subject, "/api/chat".
func (s *Served) Get(ctx context.Context, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	return s.Do(r)
}

// RoundTrip is Do, so that a Served is an http.Client's Transport.
func (s *Served) RoundTrip(r *http.Request) (*http.Response, error) {
	headers, err := s.headers()
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	if r.Header == nil {
		r.Header = http.Header{}
	}
	for name, values := range headers {
		r.Header[name] = values
	}
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	if r.Host == "" {
		r.Host = "localhost"
	}
	visit := s.visits.begin(r)
	r.URL.Scheme, r.URL.Host, r.RequestURI = "http", "subject", ""
	return visit.answered(s.transport.RoundTrip(r))
}

// headers are those that the host adds to a request.
func (s *Served) headers() (http.Header, error) {
	s.headersMu.Lock()
	defer s.headersMu.Unlock()
	return s.run.deployment.RequestHeaders()
}

// Done is closed when the subject has ended.
func (s *Served) Done() <-chan struct{} { return s.run.running.done }

// Close stops the subject, with what it has started, and returns what it did. An answer that
// has begun may end before, within a second. A subject that ended before says so in the result.
func (s *Served) Close() (*ledger.Result, error) {
	s.visits.await()
	s.closeListener()
	s.transport.CloseIdleConnections()
	select {
	case <-s.Done():
	default:
		s.run.stopped = true
		s.run.running.kill()
	}
	return s.run.finish()
}

func (s *Served) closeListener() {
	s.listenMu.Lock()
	defer s.listenMu.Unlock()
	if s.listener != nil {
		_ = s.listener.Close() // nothing is lost with it
	}
}
