// Package inmemory serves HTTP within the process. No other program of the
// machine can reach it, for it opens no port.
package inmemory

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"

	"github.com/hostproof/hostproof/mockaws"
)

// Server serves a handler to the clients that have its transport.
type Server struct {
	// Transport sends every request to the handler, whatever host its URL names.
	Transport *http.Transport

	pipes  *pipes
	served *mockaws.Listener
}

// Serve starts to serve a handler. Close ends it.
func Serve(handler http.Handler) *Server {
	p := &pipes{waiting: make(chan net.Conn), closed: make(chan struct{})}
	return &Server{
		Transport: &http.Transport{DialContext: p.dial, MaxIdleConnsPerHost: 4},
		pipes:     p,
		served:    mockaws.ServeOn(p, handler),
	}
}

// Close ends the server and the connections to it.
func (s *Server) Close() error {
	s.Transport.CloseIdleConnections()
	return s.served.Close()
}

// pipes is a listener whose connections are pipes in memory.
type pipes struct {
	waiting chan net.Conn
	once    sync.Once
	closed  chan struct{}
}

var errClosed = errors.New("the server in this process is closed")

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.waiting <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.waiting:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return address{} }

type address struct{}

func (address) Network() string { return "memory" }
func (address) String() string  { return "in-memory" }
