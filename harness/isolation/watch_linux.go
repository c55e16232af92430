package isolation

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// watcher reads refusals off a packet socket.
type watcher struct {
	f    *os.File
	raw  syscall.RawConn
	note func(packet []byte, outgoing bool)
	done chan struct{}
	buf  [512]byte
}

// watch makes what attaches a watcher to a packet socket. On the subject's own
// loopback only what the kernel refuses counts: a ping is answered there.
func (w *world) watch(loopback bool) func(*os.File) error {
	return func(f *os.File) error {
		watcher := &watcher{f: f, done: make(chan struct{})}
		watcher.note = func(packet []byte, outgoing bool) {
			if loopback && !outgoing {
				return
			}
			if t, ok := refusedBy(packet, outgoing); ok {
				t.name = w.names.name(t.addr)
				w.refused.add(t, time.Now())
			}
		}
		var err error
		if watcher.raw, err = f.SyscallConn(); err != nil {
			return err
		}
		w.watchers = append(w.watchers, watcher)
		go watcher.run()
		return nil
	}
}

func (w *watcher) run() {
	defer close(w.done)
	w.raw.Read(func(fd uintptr) bool {
		w.drain(int(fd))
		return false // and wait for more, until the deadline that close sets
	})
}

// drain reads all that is there.
func (w *watcher) drain(fd int) {
	for {
		n, from, err := unix.Recvfrom(fd, w.buf[:], unix.MSG_DONTWAIT)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return
		}
		if ll, ok := from.(*unix.SockaddrLinklayer); ok {
			w.note(w.buf[:n], ll.Pkttype == unix.PACKET_OUTGOING)
		}
	}
}

// close reads what is left, and returns how many packets the kernel dropped.
// Nothing may be sent any more.
func (w *watcher) close() (dropped int) {
	w.f.SetReadDeadline(time.Unix(1, 0))
	<-w.done
	w.raw.Control(func(fd uintptr) {
		w.drain(int(fd))
		if stats, err := unix.GetsockoptTpacketStats(int(fd), unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
			dropped = int(stats.Drops)
		}
	})
	w.f.Close()
	return dropped
}
