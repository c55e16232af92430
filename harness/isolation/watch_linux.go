package isolation

import (
	"net/netip"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
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
		w.drain(int(fd))
		return false // and wait for more, until the deadline that close sets
	})
}

// drain reads all that is there.
func (w *rawWatcher) drain(fd int) {
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
func (w *rawWatcher) close() (dropped int) {
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
