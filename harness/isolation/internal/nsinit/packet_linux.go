package nsinit

import (
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// packetSocket opens a socket that sees, from their network header on, the
// packets of an interface that pass the filter. Nothing of ours is in any
// packet's way: it only listens.
func packetSocket(index int) (int, error) {
	program, err := bpf.Assemble(refusals())
	if err != nil {
		return -1, err
	}
	filter := make([]unix.SockFilter, len(program))
	for i, op := range program {
		filter[i] = unix.SockFilter{Code: op.Op, Jt: op.Jt, Jf: op.Jf, K: op.K}
	}
	// Protocol 0 takes no packets: none passes before the filter is there.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	err = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]})
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ALL), Ifindex: index})
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

const snapLength = 256 // enough for an ICMP error with the headers it quotes

// refusals lets through what can be a refusal, or a packet that gets no answer:
// TCP resets, ICMP of both kinds that is a destination unreachable or an echo
// request, and UDP to many. What it is, the harness decides.
func refusals() []bpf.Instruction {
	const (
		reset       = 0x04 // flag in byte 13 of a TCP header
		unreachable = 3
		echo        = 8
	)
	keep, drop := bpf.RetConstant{Val: snapLength}, bpf.RetConstant{Val: 0}
	// keepIf keeps the packet if the byte that load loads satisfies cond.
	keepIf := func(load bpf.Instruction, cond bpf.JumpTest, values ...uint32) []bpf.Instruction {
		prog := []bpf.Instruction{load}
		for _, v := range values {
			prog = append(prog, bpf.JumpIf{Cond: cond, Val: v, SkipFalse: 1}, keep)
		}
		return append(prog, drop)
	}
	header4 := bpf.LoadMemShift{Off: 0} // X = length of the IPv4 header

	v4 := slices.Concat(
		[]bpf.Instruction{header4, bpf.LoadAbsolute{Off: 9, Size: 1}},
		when(unix.IPPROTO_TCP, keepIf(bpf.LoadIndirect{Off: 13, Size: 1}, bpf.JumpBitsSet, reset)),
		when(unix.IPPROTO_UDP, keepIf(bpf.LoadAbsolute{Off: 16, Size: 1}, bpf.JumpGreaterOrEqual, 224)),
		when(unix.IPPROTO_ICMP, keepIf(bpf.LoadIndirect{Off: 0, Size: 1}, bpf.JumpEqual, unreachable, echo)),
		[]bpf.Instruction{drop},
	)
	v6 := slices.Concat(
		[]bpf.Instruction{bpf.LoadAbsolute{Off: 6, Size: 1}},
		when(unix.IPPROTO_TCP, keepIf(bpf.LoadAbsolute{Off: 40 + 13, Size: 1}, bpf.JumpBitsSet, reset)),
		when(unix.IPPROTO_UDP, keepIf(bpf.LoadAbsolute{Off: 24, Size: 1}, bpf.JumpEqual, 0xff)),
		when(unix.IPPROTO_ICMPV6, keepIf(bpf.LoadAbsolute{Off: 40, Size: 1}, bpf.JumpEqual, 1, 128)),
		[]bpf.Instruction{drop},
	)
	return slices.Concat(
		[]bpf.Instruction{bpf.LoadAbsolute{Off: 0, Size: 1}, bpf.ALUOpConstant{Op: bpf.ALUOpShiftRight, Val: 4}},
		when(4, v4),
		when(6, v6),
		[]bpf.Instruction{drop},
	)
}

// when runs then, which returns, if A is value.
func when(value uint32, then []bpf.Instruction) []bpf.Instruction {
	return append([]bpf.Instruction{bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: value, SkipTrue: uint8(len(then))}}, then...)
}
