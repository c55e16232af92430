package isolation

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
	"github.com/hostproof/hostproof/harness/isolation/internal/rawsocket"
)

// sandboxGround is the ground of a sandbox: its init hands the sockets over.
type sandboxGround struct{ control *control }

func (g sandboxGround) listen(s nsinit.Socket) (drainable, error) {
	f, _, err := g.control.askFile(context.Background(), nsinit.Request{Listen: &s})
	if err != nil {
		return nil, err
	}
	return handed{f}.listener()
}

// handed is a socket that an init handed over.
type handed struct{ f *os.File }

// handedOver takes over the descriptors that an init sent for n sockets.
func handedOver(fds []int, n int) ([]opened, error) {
	if len(fds) != n {
		closeFDs(fds)
		return nil, fmt.Errorf("isolation: the sandbox sent %d descriptors for %d", len(fds), n)
	}
	var sockets []opened
	for _, fd := range fds {
		sockets = append(sockets, handed{os.NewFile(uintptr(fd), "sandbox")})
	}
	return sockets, nil
}

func (h handed) listener() (drainable, error) {
	defer h.f.Close()
	l, err := net.FileListener(h.f)
	if err != nil {
		return nil, err
	}
	return &drainer{TCPListener: l.(*net.TCPListener)}, nil
}

func (h handed) packets() (net.PacketConn, error) {
	defer h.f.Close()
	return net.FilePacketConn(h.f)
}

func (h handed) watch(note func(from netip.Addr, packet []byte)) (watcher, error) {
	w := &rawWatcher{f: h.f, note: note, done: make(chan struct{})}
	var err error
	if w.raw, err = h.f.SyscallConn(); err != nil {
		return nil, err
	}
	_ = w.raw.Control(rawsocket.Widen)
	go w.run()
	return w, nil
}

var hasIPv6 = sync.OnceValue(func() bool {
	_, err := os.Stat("/proc/net/if_inet6")
	return err == nil
})
