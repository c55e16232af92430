package isolation

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/wire"
)

// web is the HTTP server of a sandbox: one server for all its listeners, each of
// which has a handler.
type web struct {
	ca        *CA
	known     func(name string) bool // whether a certificate may be made for a name
	server    *http.Server
	ctx       context.Context
	stop      context.CancelFunc
	listeners drainers
	serving   sync.WaitGroup // accept loops and handshakes
	conns     counter
	handlers  counter
	failures  failures
}

// listener is one of them.
type listener struct {
	net.Listener
	handler http.Handler
}

type listenerKey struct{}

func newWeb(ca *CA, known func(name string) bool) *web {
	w := &web{ca: ca, known: known}
	w.ctx, w.stop = context.WithCancel(context.Background())
	w.server = &http.Server{
		Handler: http.HandlerFunc(w.handle),
		BaseContext: func(l net.Listener) context.Context {
			return context.WithValue(w.ctx, listenerKey{}, l.(*listener))
		},
		ConnState: w.follow,
		ErrorLog:  log.New(io.Discard, "", 0), // handshakes are made here, and panics are the mock's to report
	}
	wire.Install(w.server)
	return w
}

// recorder is what takes down the requests to a handler that cannot be read.
func recorder(h http.Handler) func(wire.Refused) {
	if r, ok := h.(wire.Recorder); ok {
		return r.RecordRefused
	}
	return func(wire.Refused) {}
}

func newTLSConfig() *tls.Config {
	return &tls.Config{NextProtos: []string{"h2", "http/1.1"}, MinVersion: tls.VersionTLS12}
}

func (w *web) handle(rw http.ResponseWriter, r *http.Request) {
	w.handlers.add(1)
	defer w.handlers.add(-1)
	r.Context().Value(listenerKey{}).(*listener).handler.ServeHTTP(rw, r)
}

func (w *web) follow(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		w.conns.add(1)
		return
	case http.StateClosed, http.StateHijacked:
		w.conns.add(-1)
	}
	w.failures.follow(c, state)
}

// servePlain answers HTTP on a listener until close.
func (w *web) servePlain(l drainable, h http.Handler) {
	w.listeners.add(l)
	w.serving.Go(func() { w.server.Serve(&listener{wire.Listener(l, 0, recorder(h)), h}) })
}

// serveTLS answers HTTPS on the listener of a host name until close. The
// handshakes are made here, and not by the server, to know which of them fail.
func (w *web) serveTLS(l drainable, name string, h http.Handler) {
	w.listeners.add(l)
	shaken := &handshaken{Listener: l, conns: make(chan net.Conn), closed: make(chan struct{})}
	config := newTLSConfig()
	config.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if sni := canonical(hello.ServerName); sni != "" && w.known(sni) {
			return w.ca.Certificate(sni)
		}
		return w.ca.Certificate(name)
	}
	w.serving.Go(func() { w.server.Serve(&listener{shaken, h}) })
	w.serving.Go(func() {
		defer close(shaken.closed)
		var handshakes sync.WaitGroup
		defer handshakes.Wait()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			handshakes.Go(func() { w.handshake(shaken, c, config, name, recorder(h)) })
		}
	})
}

func (w *web) handshake(to *handshaken, raw net.Conn, config *tls.Config, name string, record func(wire.Refused)) {
	heard := &hearing{Conn: raw}
	c := tls.Server(heard, config)
	err := c.HandshakeContext(w.ctx)
	switch {
	case err == nil:
		state := c.ConnectionState()
		watched := wire.NewConn(c, &state, 0, record)
		w.failures.expect(watched, name)
		to.conns <- watched
		return
	case !errors.Is(err, io.EOF):
		w.failures.add(name, err.Error())
	case heard.something: // who connects and says nothing has not failed
		w.failures.add(name, NoRequest)
	}
	c.Close()
}

// hearing is a connection that knows whether the other side has said anything.
type hearing struct {
	net.Conn
	something bool
}

// NetConn is the connection as the system has it, for who resets it.
func (h *hearing) NetConn() net.Conn { return h.Conn }

func (h *hearing) Read(b []byte) (int, error) {
	n, err := h.Conn.Read(b)
	h.something = h.something || n > 0
	return n, err
}

// close waits until the server is through with what the subject has sent, and
// ends it. The subject has ended, and with it the other ends of all connections,
// unless it gave one away: hence the grace.
func (w *web) close() {
	w.listeners.drain()
	over := time.AfterFunc(grace, func() { w.stop(); w.server.Close() })
	defer over.Stop()
	w.serving.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	w.conns.await(ctx)
	w.handlers.await(ctx) // those of HTTP/2 may outlive their connection
	w.stop()
	w.server.Close()
	w.failures.end()
}

// counter counts what is under way. Its zero value counts none.
type counter struct {
	mu   sync.Mutex
	n    int
	zero chan struct{} // made by who waits; closed at zero
}

func (c *counter) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
	if c.n == 0 && c.zero != nil {
		close(c.zero)
		c.zero = nil
	}
}

// await waits until there is none.
func (c *counter) await(ctx context.Context) {
	c.mu.Lock()
	if c.n == 0 {
		c.mu.Unlock()
		return
	}
	zero := make(chan struct{})
	c.zero = zero
	c.mu.Unlock()
	select {
	case <-zero:
	case <-ctx.Done():
	}
}

// handshaken is a listener of TLS connections whose handshake is done.
type handshaken struct {
	net.Listener
	conns  chan net.Conn
	closed chan struct{} // closed when there will be no more
}

func (h *handshaken) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// failures collects them. Its zero value is empty.
type failures struct {
	mu     sync.Mutex
	list   []TLSFailure
	silent map[net.Conn]string // connections without a request so far, to their name
}

func (f *failures) add(name, problem string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.list {
		if f.list[i].Name == name && f.list[i].Problem == problem {
			f.list[i].Count++
			return
		}
	}
	f.list = append(f.list, TLSFailure{Name: name, Problem: problem, Count: 1})
}

func (f *failures) expect(c net.Conn, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.silent == nil {
		f.silent = make(map[net.Conn]string)
	}
	f.silent[c] = name
}

// follow sees a connection become active or end.
func (f *failures) follow(c net.Conn, state http.ConnState) {
	f.mu.Lock()
	name, silent := f.silent[c]
	delete(f.silent, c)
	f.mu.Unlock()
	if silent && state == http.StateClosed {
		f.add(name, NoRequest)
	}
}

// end notes the connections that never had a request.
func (f *failures) end() {
	f.mu.Lock()
	silent := f.silent
	f.silent = nil
	f.mu.Unlock()
	for _, name := range silent {
		f.add(name, NoRequest)
	}
}

func (f *failures) all() []TLSFailure {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}
