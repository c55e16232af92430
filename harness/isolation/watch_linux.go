package isolation

import (
	"net/netip"
	"os"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/internal/rawsocket"
)

// rawWatcher reads refusals off a raw socket of this process.
type rawWatcher struct {
	f    *os.File
	raw  syscall.RawConn
	note func(from netip.Addr, packet []byte)
	done chan struct{}
	buf  [512]byte
}

func (w *rawWatcher) run() {
	defer close(w.done)
	w.raw.Read(func(fd uintptr) bool {
		rawsocket.Drain(fd, w.buf[:], w.note)
		return false // and wait for more, until the deadline that close sets
	})
}

// close reads what is left, and returns how many packets the kernel dropped for
// lack of room. The subject has ended.
func (w *rawWatcher) close() (dropped int) {
	w.f.SetReadDeadline(time.Unix(1, 0))
	<-w.done
	w.raw.Control(func(fd uintptr) {
		rawsocket.Drain(fd, w.buf[:], w.note)
		dropped = rawsocket.Dropped(fd)
	})
	w.f.Close()
	return dropped
}
