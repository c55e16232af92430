package mockaws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/hostproof/hostproof/mockaws/wire"
)

// Listener serves a handler on an address.
type Listener struct {
	URL  string // "http://127.0.0.1:4566"
	http *http.Server
	done chan error
}

// Listen starts to serve a handler on a TCP address such as "127.0.0.1:0".
func Listen(address string, handler http.Handler) (*Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	return ServeOn(l, handler), nil
}

// stallTimeout is how long a client may take for each 64 KiB of an answer.
const stallTimeout = time.Minute

// ServeOn starts to serve a handler on a listener. Requests that are not HTTP
// are recorded too, where the handler is a wire.Recorder, as a *Server is.
//
// A request target with a space in it is one of them, although test suites of AWS's signature
// have it. RFC 9112, section 3.2, wants such a line answered with 400 and not corrected, since
// two readers of one line may see two requests in it. Net/http does that before any handler
// runs, and a listener that mended the line first would have to follow the bodies of every
// connection to know where lines begin. A client encodes the space and is judged.
func ServeOn(l net.Listener, handler http.Handler) *Listener {
	s := &Listener{
		URL: "http://" + l.Addr().String(), done: make(chan error, 1),
		http: &http.Server{
			Handler: handler,
			// A client that sends half a request must not hold a connection for ever.
			ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
			ErrorLog: log.New(io.Discard, "", 0),
		},
	}
	// The AWS SDK for JavaScript v3 speaks HTTP/2 to Bedrock Runtime, over plain
	// TCP too, without asking first.
	wire.Install(s.http)
	record := func(wire.Refused) {}
	if r, ok := handler.(wire.Recorder); ok {
		record = r.RecordRefused
	}
	l = wire.Listener(l, stallTimeout, record)
	go func() { s.done <- s.http.Serve(l) }()
	return s
}

// Wait blocks until the listener fails or is closed.
func (s *Listener) Wait() error {
	err := <-s.done
	s.done <- err
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Shutdown stops to listen and waits for requests under way.
func (s *Listener) Shutdown(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		return s.http.Close()
	}
	return nil
}

// Close stops at once.
func (s *Listener) Close() error { return s.http.Close() }
