// Package rawsocket reads packets off raw sockets.
package rawsocket

import (
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Drain hands over every packet that a socket holds, with the address it came
// from, and does not wait for more. The packet is in buf, which the next one
// overwrites; what buf has no room for is cut off.
func Drain(fd uintptr, buf []byte, packet func(from netip.Addr, data []byte)) {
	for {
		n, from, err := unix.Recvfrom(int(fd), buf, unix.MSG_DONTWAIT)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return
		}
		switch from := from.(type) {
		case *unix.SockaddrInet4:
			packet(netip.AddrFrom4(from.Addr), buf[:n])
		case *unix.SockaddrInet6:
			packet(netip.AddrFrom16(from.Addr), buf[:n])
		}
	}
}

// room is how many bytes of packets a socket is to hold: some ten thousand.
const room = 8 << 20

// Widen gives a socket as much room as the system lets this process have. The
// privileged way is open to root of the machine alone, and so to a harness with a
// socket that it was handed more often than to the sandbox that opened it.
func Widen(fd uintptr) {
	if unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, room) != nil {
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, room) // at most net.core.rmem_max
	}
}

// Dropped is how many packets a socket had no room for (SO_MEMINFO, the value at
// SK_MEMINFO_DROPS in linux/sock_diag.h).
func Dropped(fd uintptr) int {
	var info [9]uint32
	size := uint32(unsafe.Sizeof(info))
	_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, fd, unix.SOL_SOCKET, unix.SO_MEMINFO,
		uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 {
		return 0
	}
	return int(info[8])
}
