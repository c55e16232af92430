package isolation

import (
	"net"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// drainer is a drainable TCP listener of this process.
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

func (d *drainer) Drain() {
	d.draining.Store(true)
	d.SetDeadline(time.Unix(1, 0)) // wakes Accept
}
