package mockaws

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// net/http answers what it cannot read as HTTP by itself, before any handler runs. The
// journal must have those requests as well, so connections are watched: an error
// that is written for a request before any handler has run for it is such an answer.

type watchedKey struct{}

type watchedListener struct {
	net.Listener
	server *Server
}

func (l watchedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &watchedConn{Conn: c, server: l.server}, nil
}

type watchedConn struct {
	net.Conn
	server *Server
	// handled says that a handler has run for the request that is being answered.
	handled atomic.Bool
}

func (s *Server) watch(l net.Listener, h *http.Server) net.Listener {
	h.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, watchedKey{}, c)
	}
	h.ConnState = func(c net.Conn, state http.ConnState) {
		if watched, ok := c.(*watchedConn); ok && state == http.StateIdle { // the answer is written
			watched.handled.Store(false)
		}
	}
	h.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(watchedKey{}).(*watchedConn); ok {
			c.handled.Store(true)
		}
		s.ServeHTTP(w, r)
	})
	return watchedListener{l, s}
}

// NetConn is the connection as the system has it, for who resets it.
func (c *watchedConn) NetConn() net.Conn { return c.Conn }

func (c *watchedConn) Write(p []byte) (int, error) {
	if !c.handled.Load() && isError(p) {
		c.record(p)
	}
	return c.Conn.Write(p)
}

// isError says whether bytes begin with the status line of an error.
func isError(p []byte) bool {
	return bytes.HasPrefix(p, []byte("HTTP/1.1 4")) || bytes.HasPrefix(p, []byte("HTTP/1.1 5"))
}

func (c *watchedConn) record(answer []byte) {
	status, _, _ := bytes.Cut(answer, []byte("\r\n"))
	if len(status) < len("HTTP/1.1 400") {
		return
	}
	e := &Exchange{Time: c.server.clock.Now(), RemoteAddr: c.RemoteAddr().String(), Call: "unknown",
		Presented: Presented{Scheme: "none"}}
	e.Status = int(status[9]-'0')*100 + int(status[10]-'0')*10 + int(status[11]-'0')
	e.Verdict.Refusal = verdict.Because(verdict.StageIdentify, verdict.BadRequest{Problem: "not HTTP"},
		"what the client sent is not HTTP; it was answered "+string(status))
	_ = c.server.journal.add(e) // the next call says what is wrong
}
