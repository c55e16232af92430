package isolation

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// proxy carries connections through until close.
type proxy struct {
	ctx       context.Context
	cancel    context.CancelFunc
	listeners drainers
	serving   sync.WaitGroup // accept loops and connections
	sending   sync.WaitGroup // what the subject has sent
}

func newProxy() *proxy {
	p := &proxy{}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// serve carries every connection of a listener to an address.
func (p *proxy) serve(l drainable, to string) {
	p.listeners.add(l)
	p.serving.Go(func() {
		defer l.Close()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.sending.Add(1)
			p.serving.Go(func() { p.carry(c.(stream), to) })
		}
	})
}

func (p *proxy) carry(from stream, to string) {
	defer from.Close()
	sent := sync.OnceFunc(p.sending.Done)
	defer sent()
	var d net.Dialer
	c, err := d.DialContext(p.ctx, "tcp", to)
	if err != nil {
		reset(from) // the nearest to a refusal that is left
		return
	}
	service := c.(*net.TCPConn)
	defer service.Close()
	defer context.AfterFunc(p.ctx, func() { from.Close(); service.Close() })()
	var both sync.WaitGroup
	both.Go(func() {
		defer sent()
		io.Copy(service, from)
		service.CloseWrite()
	})
	both.Go(func() {
		io.Copy(from, service)
		from.CloseWrite()
	})
	both.Wait()
}

// close ends all connections, after what the subject has sent is delivered. The
// subject has ended.
func (p *proxy) close() {
	p.listeners.drain()
	t := time.AfterFunc(grace, p.cancel)
	p.sending.Wait()
	t.Stop()
	p.cancel()
	p.serving.Wait()
}

// stream is a connection whose writing side can end alone.
type stream interface {
	net.Conn
	CloseWrite() error
}

// reset makes the close of a connection, which the caller owes, a TCP reset.
func reset(c stream) {
	switch c := c.(type) {
	case interface{ SetLinger(sec int) error }:
		c.SetLinger(0)
	case interface{ Reset() error }:
		c.Reset()
	}
}
