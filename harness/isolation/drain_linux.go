package isolation

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// grace is how long, after the subject's end, what it has begun may take.
const grace = 2 * time.Second

// drainer is a listener whose Accept, after drain, still returns the connections
// that the kernel has accepted already, and then net.ErrClosed: a subject may
// send a request and end without waiting for the answer.
type drainer struct {
	*net.TCPListener
	draining atomic.Bool
}

func (d *drainer) Accept() (net.Conn, error) {
	if !d.draining.Load() {
		if c, err := d.TCPListener.Accept(); err == nil || !d.draining.Load() {
			return c, err
		}
	}
	return d.acceptPending()
}

func (d *drainer) acceptPending() (net.Conn, error) {
	raw, err := d.SyscallConn()
	if err != nil {
		return nil, err
	}
	fd := -1
	err = raw.Control(func(listener uintptr) {
		fd, _, _ = unix.Accept4(int(listener), unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK)
	})
	if err != nil || fd < 0 {
		return nil, net.ErrClosed
	}
	f := os.NewFile(uintptr(fd), "accepted")
	defer f.Close()
	return net.FileConn(f)
}

func (d *drainer) drain() {
	d.draining.Store(true)
	d.SetDeadline(time.Unix(1, 0)) // wakes Accept
}

// drainers are listeners that are drained together. The zero value has none.
type drainers struct {
	mu  sync.Mutex
	all []*drainer
}

func (ds *drainers) add(l *net.TCPListener) *drainer {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	d := &drainer{TCPListener: l}
	ds.all = append(ds.all, d)
	return d
}

func (ds *drainers) drain() {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, d := range ds.all {
		d.drain()
	}
}
