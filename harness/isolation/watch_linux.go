package isolation

import (
	"net/netip"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// watcher reads refusals off a raw socket.
type watcher struct {
	f    *os.File
	raw  syscall.RawConn
	note func(from netip.Addr, packet []byte)
	done chan struct{}
	buf  [512]byte
}

// watched are the raw sockets, and the protocol and family of each.
var watched = []struct {
	network string
	proto   byte
	ipv6    bool
}{
	{nsinit.RawTCP4, protoTCP, false},
	{nsinit.RawICMP4, protoICMP, false},
	{nsinit.RawTCP6, protoTCP, true},
	{nsinit.RawICMP6, protoICMPv6, true},
}

// watch makes what attaches a watcher to the raw socket of a protocol. Those of
// IPv4 deliver the IP header too.
func (w *world) watch(proto byte, ipv6 bool) func(*os.File) error {
	return func(f *os.File) error {
		watcher := &watcher{f: f, done: make(chan struct{})}
		watcher.note = func(from netip.Addr, packet []byte) {
			if !ipv6 {
				ip, ok := parseIP(packet)
				if !ok {
					return
				}
				packet = ip.payload
			}
			if t, ok := refusedBy(proto, from, packet); ok {
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
		switch from := from.(type) {
		case *unix.SockaddrInet4:
			w.note(netip.AddrFrom4(from.Addr), w.buf[:n])
		case *unix.SockaddrInet6:
			w.note(netip.AddrFrom16(from.Addr), w.buf[:n])
		}
	}
}

// close reads what is left, and returns how many packets the kernel dropped for
// lack of room. The subject has ended.
func (w *watcher) close() (dropped int) {
	w.f.SetReadDeadline(time.Unix(1, 0))
	<-w.done
	w.raw.Control(func(fd uintptr) {
		w.drain(int(fd))
		dropped = drops(fd)
	})
	w.f.Close()
	return dropped
}

// drops is how many packets a socket had no room for (SO_MEMINFO, the value at
// SK_MEMINFO_DROPS in linux/sock_diag.h).
func drops(fd uintptr) int {
	var info [9]uint32
	size := uint32(unsafe.Sizeof(info))
	_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, fd, unix.SOL_SOCKET, unix.SO_MEMINFO, uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 {
		return 0
	}
	return int(info[8])
}
