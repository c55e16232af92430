package isolation

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// ground is the pair of network namespaces in which a subject meets a world: of
// a sandbox, or of a container's gateway.
type ground interface {
	// listen opens a TCP listener while the subject runs.
	listen(nsinit.Socket) (drainable, error)
}

// opened is a socket that was open when the subject began. One of its methods
// fits its kind, and takes it over.
type opened interface {
	listener() (drainable, error)
	packets() (net.PacketConn, error)
	// watch calls note with each packet of a raw socket.
	watch(note func(from netip.Addr, packet []byte)) (watcher, error)
}

// watcher reads a raw socket until close, which reads what is left and returns
// how many packets the kernel had no room for.
type watcher interface {
	close() (dropped int)
}

// drainable is a listener whose Accept, after Drain, still returns the
// connections that the kernel has accepted already, and then net.ErrClosed: a
// subject may send a request and end without waiting for the answer.
type drainable interface {
	net.Listener
	Drain()
}

// grace is how long, after the subject's end, what it has begun may take.
const grace = 2 * time.Second

// drainers are listeners that are drained together. The zero value has none.
type drainers struct {
	mu  sync.Mutex
	all []drainable
}

func (ds *drainers) add(l drainable) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	ds.all = append(ds.all, l)
}

func (ds *drainers) drain() {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, d := range ds.all {
		d.Drain()
	}
}
