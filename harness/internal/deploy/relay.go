package deploy

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
)

// relay is a port of this machine whose connections are passed on to a mock that
// has none, as they are: the mock sees what is no HTTP, too.
type relay struct {
	net.Listener
	dial  func(context.Context) (net.Conn, error)
	ctx   context.Context
	stop  context.CancelFunc
	conns sync.WaitGroup
}

func newRelay(dial func(context.Context) (net.Conn, error)) (*relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{Listener: l, dial: dial}
	r.ctx, r.stop = context.WithCancel(context.Background())
	r.conns.Go(r.serve)
	return r, nil
}

// Close ends the port and its connections.
func (r *relay) Close() error {
	r.stop()
	err := r.Listener.Close()
	r.conns.Wait()
	return err
}

func (r *relay) serve() {
	for {
		c, err := r.Accept()
		if err != nil {
			return
		}
		r.conns.Go(func() { r.pass(c.(*net.TCPConn)) })
	}
}

// pass passes a connection on until either side is through with it.
func (r *relay) pass(client *net.TCPConn) {
	defer client.Close()
	mock, err := r.dial(r.ctx)
	if err != nil {
		return
	}
	defer mock.Close()
	defer context.AfterFunc(r.ctx, func() {
		_ = client.Close()
		_ = mock.Close()
	})()
	var asking sync.WaitGroup
	asking.Go(func() {
		_, _ = io.Copy(mock, client) // a client that breaks off is its own affair
		if half, ok := mock.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
	})
	if _, err := io.Copy(client, mock); errors.Is(err, syscall.ECONNRESET) {
		_ = client.SetLinger(0) // the mock broke the connection, on purpose: so must this one
	}
	_ = client.Close()
	asking.Wait()
}
