package nsinit

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

func openSockets(specs []Socket, outside *thread) ([]int, error) {
	var fds []int
	for _, s := range specs {
		fd, err := openSocket(s, outside)
		if err != nil {
			if s.Addr.IsValid() {
				return nil, askedStep(fmt.Sprintf("open %s %v", s.Network, s.Addr), err)
			}
			return nil, step("open "+s.Network, err)
		}
		fds = append(fds, fd)
	}
	return fds, nil
}

func openSocket(s Socket, outside *thread) (fd int, err error) {
	open := func() {
		if strings.HasPrefix(s.Network, "ip") {
			fd, err = rawSocket(s.Network)
		} else {
			fd, err = bind(s)
		}
	}
	if s.Where == Outside {
		outside.run(open)
	} else {
		open()
	}
	return fd, err
}

// bind opens a TCP listener or a UDP socket.
func bind(s Socket) (int, error) {
	family, typ := unix.AF_INET, unix.SOCK_STREAM
	if s.Addr.Addr().Is6() {
		family = unix.AF_INET6
	}
	if s.Network == "udp" {
		typ = unix.SOCK_DGRAM
	}
	fd, err := unix.Socket(family, typ|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	if err := bindTo(fd, s); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func bindTo(fd int, s Socket) error {
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return err
	}
	if s.Addr.Addr().Is6() {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1); err != nil {
			return err
		}
		// A route of type local is enough for IPv4; IPv6 looks for an address on an interface.
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_FREEBIND, 1); err != nil {
			return err
		}
	}
	if err := unix.Bind(fd, sockaddr(s.Addr)); err != nil {
		return err
	}
	if s.Network == "udp" {
		return nil
	}
	return unix.Listen(fd, unix.SOMAXCONN)
}

func sockaddr(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
}

// ErrNotListening says that the subject does not listen at a port, yet.
var ErrNotListening = errors.New("the subject does not listen there")

// dial connects to a port of the subject, at the address where it listens. The
// kernel's table is asked first, so that a port that is not ready yet is not
// called: that would look like a refused attempt of the subject.
func dial(port uint16) (int, error) {
	addr, err := listening(port)
	if err != nil {
		return -1, err
	}
	family := unix.AF_INET
	if addr.Is6() {
		family = unix.AF_INET6
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	err = unix.Connect(fd, sockaddr(netip.AddrPortFrom(addr, port)))
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// listening finds the address at which to call a port: where something listens,
// the loopback address where that is any address.
func listening(port uint16) (netip.Addr, error) {
	var found []netip.Addr
	for _, table := range []string{"/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"} {
		addrs, err := listeners(table, port)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return netip.Addr{}, err
		}
		found = append(found, addrs...)
	}
	if len(found) == 0 {
		return netip.Addr{}, fmt.Errorf("port %d: %w", port, ErrNotListening)
	}
	if i := slices.IndexFunc(found, netip.Addr.IsLoopback); i >= 0 {
		return found[i], nil
	}
	return found[0], nil
}

// listeners reads one of the kernel's socket tables
// (https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html).
func listeners(table string, port uint16) ([]netip.Addr, error) {
	f, err := os.Open(table)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var found []netip.Addr
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || fields[3] != "0A" { // TCP_LISTEN
			continue
		}
		host, p, _ := strings.Cut(fields[1], ":")
		if n, err := strconv.ParseUint(p, 16, 16); err != nil || uint16(n) != port {
			continue
		}
		if a, ok := tableAddr(host); ok {
			found = append(found, a)
		}
	}
	return found, lines.Err()
}

// tableAddr reads an address as the table prints it: words of 32 bits in the
// byte order of the machine.
func tableAddr(s string) (netip.Addr, bool) {
	b, err := hex.DecodeString(s)
	if err != nil {
		return netip.Addr{}, false
	}
	for i := 0; i+4 <= len(b); i += 4 {
		binary.NativeEndian.PutUint32(b[i:], binary.BigEndian.Uint32(b[i:]))
	}
	a, ok := netip.AddrFromSlice(b)
	switch {
	case !ok:
		return a, false
	case a.IsUnspecified() && a.Is4():
		a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case a.IsUnspecified():
		// An IPv6 wildcard: usually of both families, but IPv6 for certain.
		a = netip.IPv6Loopback()
	}
	return a.Unmap(), true
}
