// Package mocklink carries HTTP between a harness and a mock AWS in a container,
// over the container's standard input and output. So the mock opens no port:
// nobody but its harness can reach it or its management API, and it works
// wherever an engine's API is within reach.
//
// The link is one stream of bytes that carries many (yamux). Each connection is
// a stream that the harness opens; its first byte is the service that is called.
// When the link ends, so does the mock.
package mocklink

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/libp2p/go-yamux/v5"

	"github.com/hostproof/hostproof/harness/isolation/internal/gateway"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/admin"
)

// Service is what a connection is to.
type Service byte

// The services.
const (
	AWS        Service = 'a' // what the mock judges
	AWSOverTLS Service = 't' // the same, for clients whose TLS the harness ended
	Management Service = 'm' // its management API
)

// Link is the harness's end.
type Link struct{ session *yamux.Session }

// Connect meets the mock at the other end of a connection.
func Connect(conn net.Conn) (*Link, error) {
	s, err := yamux.Client(conn, gateway.Session(), nil)
	if err != nil {
		return nil, err
	}
	return &Link{s}, nil
}

// Dial connects to a service.
func (l *Link) Dial(ctx context.Context, s Service) (net.Conn, error) {
	stream, err := l.session.OpenStream(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := stream.Write([]byte{byte(s)}); err != nil {
		_ = stream.Reset() // the first error is the one to report
		return nil, err
	}
	return dialed{stream}, nil
}

// Close ends the link, and with it the mock.
func (l *Link) Close() error { return l.session.Close() }

// dialed is a connection as the harness has it.
type dialed struct{ *yamux.Stream }

// Read says of a stream that the mock has reset what TCP says.
func (d dialed) Read(b []byte) (int, error) {
	n, err := d.Stream.Read(b)
	if errors.Is(err, yamux.ErrStreamReset) {
		err = &net.OpError{Op: "read", Net: "stdio", Err: syscall.ECONNRESET}
	}
	return n, err
}

// Serve serves a mock to the harness at the other end of a connection, until
// that ends.
func Serve(conn net.Conn) error {
	session, err := yamux.Server(conn, gateway.Session(), nil)
	if err != nil {
		return err
	}
	defer session.Close()
	server := mockaws.New()
	defer server.Close()
	listeners := map[Service]*listener{}
	for service, handler := range map[Service]http.Handler{
		AWS: server, AWSOverTLS: server.OverTLS(), Management: admin.Handler(server),
	} {
		listeners[service] = newListener()
		defer mockaws.ServeOn(listeners[service], handler).Close()
	}
	for {
		stream, err := session.AcceptStream()
		if err != nil {
			return nil // the harness is gone
		}
		go hand(stream, listeners)
	}
}

// hand gives a connection to the service that it asks for.
func hand(stream *yamux.Stream, listeners map[Service]*listener) {
	var asked [1]byte
	_, err := io.ReadFull(stream, asked[:])
	l := listeners[Service(asked[0])]
	if err != nil || l == nil {
		_ = stream.Reset() // nobody is left to tell
		return
	}
	select {
	case l.arrived <- &accepted{Stream: stream}:
	case <-l.closed:
		_ = stream.Reset()
	}
}

// accepted is a connection as the mock has it.
type accepted struct {
	*yamux.Stream
	abrupt atomic.Bool
}

// SetLinger makes Close break the connection, if the time is zero, as that of a
// TCP connection does.
func (a *accepted) SetLinger(seconds int) error {
	a.abrupt.Store(seconds == 0)
	return nil
}

func (a *accepted) Close() error {
	if a.abrupt.Load() {
		return a.Stream.Reset()
	}
	return a.Stream.Close()
}

// RemoteAddr is the harness, from which the calls come; policies can ask for it.
func (a *accepted) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// LocalAddr is an address as net/http's contexts have one.
func (a *accepted) LocalAddr() net.Addr { return a.RemoteAddr() }

// listener is one whose connections come over the link.
type listener struct {
	arrived chan net.Conn
	once    sync.Once
	closed  chan struct{}
}

func newListener() *listener {
	return &listener{arrived: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.arrived:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return &net.UnixAddr{Name: "stdio", Net: "unix"} }
