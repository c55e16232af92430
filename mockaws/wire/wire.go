// Package wire watches the connections of an http.Server for what net/http refuses by
// itself: a request that it cannot read, or whose HTTP/2 is malformed, is answered or
// broken off before any handler runs, and without a word in a log. A record of requests
// that is to be complete needs them.
//
// It needs the standard library alone.
package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"
)

// Refused is a request that no handler has seen.
type Refused struct {
	RemoteAddr string
	Proto      string // "HTTP/1.1" or "HTTP/2.0"
	TLS        bool
	// Status is what it was answered with; 0 if its stream or connection was broken off.
	Status int
	// Answer is the status line, or the frame of HTTP/2 and its error code.
	Answer string
}

// Recorder is a handler that wants to know of requests that it was not asked to handle.
type Recorder interface{ RecordRefused(Refused) }

// Conn is a watched connection.
type Conn struct {
	net.Conn
	tls    *tls.ConnectionState
	record func(Refused)
	stall  time.Duration
	// handled says that a handler has run for the request of HTTP/1.1 that is being answered.
	handled atomic.Bool
	// broken says that the connection could not be read any more. Net/http answers that, too,
	// and the client has asked for nothing.
	broken atomic.Bool
	first  bool // something was read
	http2  atomic.Bool
	h2     streams
}

// NewConn watches a connection on which a server speaks. State is that of TLS, if the
// connection is one whose TLS ended already; else nil. A server that net/http leaves to
// speak TLS itself cannot be watched. A stall of more than 0 bounds how long the client
// may take for each 64 KiB of an answer.
func NewConn(c net.Conn, state *tls.ConnectionState, stall time.Duration, record func(Refused)) *Conn {
	return &Conn{Conn: c, tls: state, record: record, stall: stall}
}

// Listener watches all connections of a listener.
func Listener(l net.Listener, stall time.Duration, record func(Refused)) net.Listener {
	return &listener{l, stall, record}
}

type listener struct {
	net.Listener
	stall  time.Duration
	record func(Refused)
}

// Accept waits for a connection.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return NewConn(c, nil, l.stall, l.record), nil
}

// Install makes a server, which does not serve yet, work with watched connections. It speaks
// HTTP/1.1 and HTTP/2 on them, and OPTIONS * gets to the handler.
func Install(s *http.Server) {
	s.DisableGeneralOptionsHandler = true
	s.Protocols = new(http.Protocols)
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	outer := s.ConnContext
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if outer != nil {
			ctx = outer(ctx, c)
		}
		return context.WithValue(ctx, connKey{}, c)
	}
	follow := s.ConnState
	s.ConnState = func(c net.Conn, state http.ConnState) {
		if watched, ok := c.(*Conn); ok && state == http.StateIdle { // the answer is written
			watched.handled.Store(false)
		}
		if follow != nil {
			follow(c, state)
		}
	}
	handler := s.Handler
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(connKey{}).(*Conn); ok {
			r = c.begin(r)
		}
		handler.ServeHTTP(w, r)
	})
}

type connKey struct{}

// begin notes that a handler runs, and gives the request what is known of TLS.
func (c *Conn) begin(r *http.Request) *http.Request {
	c.handled.Store(true)
	if c.http2.Load() {
		c.h2.started.Add(1)
	}
	if c.tls == nil {
		return r
	}
	sent := *r
	sent.TLS = c.tls
	return &sent
}

// NetConn is the connection under this one, for who resets it.
func (c *Conn) NetConn() net.Conn { return c.Conn }

// Read reads, and sees which version of HTTP the client speaks.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n == 0 && err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, os.ErrDeadlineExceeded) {
		c.broken.Store(true) // not by the server itself, which ends a read of its own with a deadline
	}
	if !c.first && n > 0 {
		c.first = true
		c.http2.Store(bytes.HasPrefix(p[:n], []byte("PRI")))
	}
	return n, err
}

// piece is how much a stalling client is given at once.
const piece = 64 << 10

// Write writes, and sees what the server says without a handler.
func (c *Conn) Write(p []byte) (int, error) {
	c.look(p)
	if c.stall == 0 {
		return c.Conn.Write(p)
	}
	written := 0
	for first := true; first || written < len(p); first = false {
		if err := c.SetWriteDeadline(time.Now().Add(c.stall)); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(p[written:min(len(p), written+piece)])
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

func (c *Conn) look(p []byte) {
	switch {
	case c.http2.Load():
		c.h2.see(p, func(status int, answer string) { c.tell("HTTP/2.0", status, answer) })
	case !c.handled.Load() && !c.broken.Load() && isError(p):
		line, _, _ := bytes.Cut(p, []byte("\r\n"))
		status, _ := strconv.Atoi(string(line[len("HTTP/1.1 "):][:3]))
		c.tell("HTTP/1.1", status, string(line))
	}
}

func (c *Conn) tell(proto string, status int, answer string) {
	c.record(Refused{RemoteAddr: c.RemoteAddr().String(), Proto: proto, TLS: c.tls != nil, Status: status,
		Answer: answer})
}

// isError says whether bytes begin with the status line of an error.
func isError(p []byte) bool {
	return len(p) >= len("HTTP/1.1 400") &&
		(bytes.HasPrefix(p, []byte("HTTP/1.1 4")) || bytes.HasPrefix(p, []byte("HTTP/1.1 5")))
}
