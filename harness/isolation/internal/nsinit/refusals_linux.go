package nsinit

import (
	"fmt"
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/internal/rawsocket"
)

const (
	tcpFlags        = 13 // offset of the flags in a TCP header
	tcpReset        = 0x04
	icmpUnreachable = 3
	icmp6Unreach    = 1
)

// rawSockets says how each is made: what the kernel delivers begins with the IP
// header for IPv4, and after it for IPv6. X is the length of the IPv4 header.
var rawSockets = map[string]struct {
	family, proto int
	keep          []bpf.Instruction // loads what test looks at
	test          bpf.JumpIf
}{
	RawTCP4: {unix.AF_INET, unix.IPPROTO_TCP,
		[]bpf.Instruction{bpf.LoadMemShift{Off: 0}, bpf.LoadIndirect{Off: tcpFlags, Size: 1}},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: tcpReset}},
	RawICMP4: {unix.AF_INET, unix.IPPROTO_ICMP,
		[]bpf.Instruction{bpf.LoadMemShift{Off: 0}, bpf.LoadIndirect{Off: 0, Size: 1}}, bpf.JumpIf{Cond: bpf.JumpEqual,
			Val: icmpUnreachable}},
	RawTCP6: {unix.AF_INET6, unix.IPPROTO_TCP,
		[]bpf.Instruction{bpf.LoadAbsolute{Off: tcpFlags, Size: 1}}, bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: tcpReset}},
	RawICMP6: {unix.AF_INET6, unix.IPPROTO_ICMPV6,
		[]bpf.Instruction{bpf.LoadAbsolute{Off: 0, Size: 1}}, bpf.JumpIf{Cond: bpf.JumpEqual, Val: icmp6Unreach}},
}

// rawSocket opens one of them.
func rawSocket(network string) (int, error) {
	s, ok := rawSockets[network]
	if !ok {
		return -1, fmt.Errorf("network %q is not known", network)
	}
	return filtered(s.family, s.proto, s.keep, s.test)
}

// filtered opens a raw socket that gets only packets that pass a test of what the
// instructions load.
func filtered(family, proto int, load []bpf.Instruction, test bpf.JumpIf) (int, error) {
	test.SkipFalse = 1
	program, err := bpf.Assemble(append(slices.Clone(load), test, bpf.RetConstant{Val: snapLength},
		bpf.RetConstant{Val: 0}))
	if err != nil {
		return -1, err
	}
	filter := make([]unix.SockFilter, len(program))
	for i, op := range program {
		filter[i] = unix.SockFilter{Code: op.Op, Jt: op.Jt, Jf: op.Jf, K: op.K}
	}
	fd, err := unix.Socket(family, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, proto)
	if err != nil {
		return -1, err
	}
	// What arrives before the filter is there is no refusal: nothing has run yet.
	attached := &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, attached); err != nil {
		unix.Close(fd)
		return -1, err
	}
	rawsocket.Widen(uintptr(fd))
	return fd, nil
}

// snapLength is enough for an ICMP error with the headers that it quotes.
const snapLength = 256
