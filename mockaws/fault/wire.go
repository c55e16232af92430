package fault

import (
	"net"
	"net/http"
	"time"
)

// Carry puts an answer on the wire with the fault done to it; a nil fault does
// none. write sends the answer with this body, and says that it has so many
// bytes. Where the client is to see the connection end, Carry panics with
// http.ErrAbortHandler, as net/http has it.
func (f *Fault) Carry(w http.ResponseWriter, r *http.Request, body []byte, write func(body []byte, length int)) {
	if f == nil {
		write(body, len(body))
		return
	}
	half := body[:f.Part(int64(len(body)))]
	switch f.Kind {
	case KindHang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case KindReset:
		ResetConnection(w)
	case KindDrop:
		panic(http.ErrAbortHandler)
	case KindSlow:
		if f.wait(r) {
			write(body, len(body))
		}
	case KindMalformed:
		write(half, len(half))
	case KindTruncate:
		write(half, len(body)+1)
		_ = http.NewResponseController(w).Flush() // or the half is never sent
		panic(http.ErrAbortHandler)
	default:
		write(body, len(body))
	}
}

// wait reports whether the client is still there when the delay is over.
func (f *Fault) wait(r *http.Request) bool {
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// Part is how many bytes of an answer's body reach the client, of so many that it has; a
// nil fault lets all of them through.
func (f *Fault) Part(size int64) int64 {
	switch {
	case f.NoAnswer():
		return 0
	case f != nil && (f.Kind == KindMalformed || f.Kind == KindTruncate):
		return size / 2
	}
	return size
}

// NoAnswer reports whether the client gets no answer at all.
func (f *Fault) NoAnswer() bool {
	return f != nil && (f.Kind == KindHang || f.Kind == KindReset || f.Kind == KindDrop)
}

// ResetConnection ends a connection with a TCP reset where it can, and else just
// ends it; over HTTP/2 it resets the stream, by a panic with
// http.ErrAbortHandler.
func ResetConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: resets the stream
	}
	if raw := resettable(conn); raw != nil {
		_ = raw.SetLinger(0) // Close then sends a reset
		_ = raw.Close()      // and no farewell of TLS before
	}
	_ = conn.Close()
}

// lingering is a connection that can be reset, as a *net.TCPConn can.
type lingering interface {
	SetLinger(seconds int) error
	Close() error
}

// resettable finds the connection that can be reset under others, such as that
// of TLS.
func resettable(conn net.Conn) lingering {
	for range 8 {
		switch c := conn.(type) {
		case lingering:
			return c
		case interface{ NetConn() net.Conn }:
			conn = c.NetConn()
		default:
			return nil
		}
	}
	return nil
}
