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
)

// web is the HTTP server of a sandbox: one server for all its listeners, each of
// which has a handler.
type web struct {
	ca       *CA
	known    func(name string) bool // whether a certificate may be made for a name
	server   *http.Server
	config   *tls.Config
	stop     context.CancelFunc
	serving  sync.WaitGroup // accept loops and handshakes
	handlers handlers
	failures failures
}

// listener is one of them.
type listener struct {
	net.Listener
	name    string // host name or literal address
	handler http.Handler
}

type listenerKey struct{}

func newWeb(ca *CA, known func(name string) bool) *web {
	ctx, stop := context.WithCancel(context.Background())
	w := &web{ca: ca, known: known, stop: stop}
	w.config = &tls.Config{NextProtos: []string{"h2", "http/1.1"}, MinVersion: tls.VersionTLS12}
	w.server = &http.Server{
		Handler:   http.HandlerFunc(w.handle),
		TLSConfig: w.config,
		BaseContext: func(l net.Listener) context.Context {
			return context.WithValue(ctx, listenerKey{}, l.(*listener))
		},
		ConnState: w.failures.follow,
		ErrorLog:  log.New(io.Discard, "", 0), // handshakes are made here, and panics are the mock's to report
	}
	return w
}

func (w *web) handle(rw http.ResponseWriter, r *http.Request) {
	if !w.handlers.enter() {
		panic(http.ErrAbortHandler)
	}
	defer w.handlers.leave()
	r.Context().Value(listenerKey{}).(*listener).handler.ServeHTTP(rw, r)
}

// servePlain answers HTTP on a listener until close.
func (w *web) servePlain(l net.Listener, name string, h http.Handler) {
	w.serving.Go(func() { w.server.Serve(&listener{l, name, h}) })
}

// serveTLS answers HTTPS on a listener until close. The handshakes are made
// here, and not by the server, to know which of them fail, and for which name.
func (w *web) serveTLS(l net.Listener, name string, h http.Handler) {
	ctx, cancel := context.WithCancel(context.Background())
	shaken := &handshaken{Listener: l, conns: make(chan net.Conn), done: ctx.Done(), cancel: cancel}
	config := w.config.Clone()
	config.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if sni := canonical(hello.ServerName); sni != "" && w.known(sni) {
			return w.ca.Certificate(sni)
		}
		return w.ca.Certificate(name)
	}
	w.serving.Go(func() { w.server.Serve(&listener{shaken, name, h}) })
	w.serving.Go(func() {
		defer cancel()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			w.serving.Go(func() { w.handshake(ctx, shaken, tls.Server(c, config), name) })
		}
	})
}

func (w *web) handshake(ctx context.Context, to *handshaken, c *tls.Conn, name string) {
	if err := c.HandshakeContext(ctx); err != nil {
		c.Close()
		if ctx.Err() == nil && !errors.Is(err, io.EOF) {
			w.failures.add(name, err.Error())
		}
		return
	}
	w.failures.expect(c, name)
	select {
	case to.conns <- c:
	case <-ctx.Done():
		c.Close()
	}
}

// close ends all connections, and waits for handlers that heed their context.
func (w *web) close() {
	w.stop()
	w.server.Close()
	w.serving.Wait()
	w.handlers.close()
}

// handlerGrace is how long a handler may take to notice that its caller is gone.
const handlerGrace = 2 * time.Second

// handlers counts those that run. Its zero value has none.
type handlers struct {
	mu     sync.Mutex
	n      int
	closed chan struct{} // nil before close; closed when none runs after it
}

func (h *handlers) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed != nil {
		return false
	}
	h.n++
	return true
}

func (h *handlers) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n--; h.n == 0 && h.closed != nil {
		close(h.closed)
	}
}

// close lets none start any more, and waits for those that run.
func (h *handlers) close() {
	h.mu.Lock()
	h.closed = make(chan struct{})
	idle := h.n == 0
	h.mu.Unlock()
	if idle {
		return
	}
	grace := time.NewTimer(handlerGrace)
	defer grace.Stop()
	select {
	case <-h.closed:
	case <-grace.C:
	}
}

// handshaken is a listener of TLS connections whose handshake is done.
type handshaken struct {
	net.Listener
	conns  chan net.Conn
	done   <-chan struct{}
	cancel context.CancelFunc
}

func (h *handshaken) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.done:
		return nil, net.ErrClosed
	}
}

func (h *handshaken) Close() error {
	h.cancel()
	return h.Listener.Close()
}

// TLSFailure is a TLS connection that came to nothing, most often because the
// subject does not trust the run's CA.
type TLSFailure struct {
	Name    string `json:"name"`
	Problem string `json:"problem"` // of the handshake, as crypto/tls says it, or NoRequest
	Count   int    `json:"count"`
}

// NoRequest is the problem of a connection that the subject closed after the
// handshake: so does a Node that refuses the certificate, and a client that
// connects ahead of need.
const NoRequest = "closed after the handshake, without a request"

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
	f.list = append(f.list, TLSFailure{name, problem, 1})
}

func (f *failures) expect(c net.Conn, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.silent == nil {
		f.silent = make(map[net.Conn]string)
	}
	f.silent[c] = name
}

func (f *failures) follow(c net.Conn, state http.ConnState) {
	if state == http.StateNew {
		return
	}
	f.mu.Lock()
	name, silent := f.silent[c]
	delete(f.silent, c)
	f.mu.Unlock()
	if silent && state == http.StateClosed {
		f.add(name, NoRequest)
	}
}

func (f *failures) all() []TLSFailure {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}
