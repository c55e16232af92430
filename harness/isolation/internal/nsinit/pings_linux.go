package nsinit

import (
	"net/netip"
	"os"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/net/bpf"
	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/internal/rawsocket"
)

// refusePings makes the subject's pings fail, which the kernel would answer since
// every address is local.
//
// For IPv4 the kernel is told to be silent, and this process answers: the kernel
// itself would refuse only where it forwards, and only one ping a second. Where it
// cannot be told, it does so all the same.
func refusePings(h *netlink.Handle, ipv6 bool) error {
	if ipv6 {
		// The local table may stay first: it has what neighbour discovery is about.
		if err := h.RuleAdd(unreachable(unix.AF_INET6, unix.IPPROTO_ICMPV6)); err != nil {
			return step("add a rule against pings", err)
		}
	}
	if set(outsideOnly) != nil {
		return step("add rules against pings", refusePingsByRule(h))
	}
	return step("listen for pings", answerPings())
}

// unreachable is a rule for one protocol that comes from the subject, and that is
// looked at before the tables in which every address is local.
func unreachable(family, proto int) *netlink.Rule {
	r := netlink.NewRule()
	r.Family, r.IPProto, r.IifName, r.Type, r.Priority = family, proto, "eth0", unix.RTN_UNREACHABLE, refuseFirst
	return r
}

// Priorities of rules.
const refuseFirst, localNext = 10, 20

func refusePingsByRule(h *netlink.Handle) error {
	lookup := netlink.NewRule()
	lookup.Family, lookup.Table, lookup.Priority = unix.AF_INET, unix.RT_TABLE_LOCAL, localNext
	first := *lookup
	first.Priority = 0
	for _, change := range []func() error{
		func() error { return forward(gatewayIndex) },
		func() error { return h.RuleAdd(lookup) },
		func() error { return h.RuleDel(&first) },
		func() error { return h.RuleAdd(unreachable(unix.AF_INET, unix.IPPROTO_ICMP)) },
	} {
		if err := change(); err != nil {
			return err
		}
	}
	return nil
}

// forward makes an interface of this namespace one that forwards IPv4: only such a
// one sends errors for what it has no route to (ip_error in net/ipv4/route.c). As
// a message to the kernel it works where /proc/sys is read-only.
func forward(index int) error {
	const inetConf, forwarding = 1, 1 // IFLA_INET_CONF, IPV4_DEVCONF_FORWARDING
	request := nl.NewNetlinkRequest(unix.RTM_SETLINK, unix.NLM_F_ACK)
	message := nl.NewIfInfomsg(unix.AF_UNSPEC)
	message.Index = int32(index)
	request.AddData(message)
	families := nl.NewRtAttr(unix.IFLA_AF_SPEC, nil)
	conf := families.AddRtAttr(unix.AF_INET, nil).AddRtAttr(inetConf, nil)
	conf.AddRtAttr(forwarding, nl.Uint32Attr(1))
	request.AddData(families)
	_, err := request.Execute(unix.NETLINK_ROUTE, 0)
	return err
}

// answerPings answers every ping that arrives in the thread's namespace with the
// error "host unreachable" (RFC 792), for as long as this process lives.
func answerPings() error {
	fd, err := filtered(unix.AF_INET, unix.IPPROTO_ICMP,
		[]bpf.Instruction{bpf.LoadMemShift{Off: 0}, bpf.LoadIndirect{Off: 0, Size: 1}},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(ipv4.ICMPTypeEcho)})
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), RawICMP4)
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	go func() {
		buf := make([]byte, snapLength)
		_ = raw.Read(func(fd uintptr) bool {
			rawsocket.Drain(fd, buf, func(from netip.Addr, ping []byte) { refusePing(fd, from, ping) })
			return false // and wait for more
		})
	}()
	return nil
}

// refusePing sends the error for a ping, which begins with its IP header.
func refusePing(fd uintptr, from netip.Addr, ping []byte) {
	const hostUnreachable = 1
	refusal := icmp.Message{
		Type: ipv4.ICMPTypeDestinationUnreachable, Code: hostUnreachable, Body: &icmp.DstUnreach{Data: ping},
	}
	b, err := refusal.Marshal(nil)
	if err != nil {
		return // what is no ping has no answer
	}
	_ = unix.Sendto(int(fd), b, 0, &unix.SockaddrInet4{Addr: from.As4()})
}
