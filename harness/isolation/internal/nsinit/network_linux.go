package nsinit

import (
	"net"
	"net/netip"
	"runtime"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Indices of the interfaces outside. That of the veth is out of the way of
// tunnels, which some kernels put into each new namespace, and differs from the
// one that its other end gets, on purpose: only then does the kernel take a
// change of their carrier as urgent (linkwatch_urgent_event in
// net/core/link_watch.c), else IPv6 is up to a second late.
const (
	loIndex      = 1
	gatewayIndex = 1003
)

// thread runs functions on one OS thread, which is in the outside namespace.
type thread struct {
	do chan func()
}

func (t *thread) run(f func()) {
	done := make(chan struct{})
	t.do <- func() { defer close(done); f() }
	<-done
}

// prepareNetwork makes the outside namespace, the link to it, and the routes by
// which every destination ends there. The caller's thread is inside.
func prepareNetwork(ipv6 bool) (*thread, error) {
	inside, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return nil, step("open netlink", err)
	}
	defer inside.Close()
	setInside(ipv6) // before the veth is there, which takes some of it
	ns, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, step("open the network namespace", err)
	}
	defer unix.Close(ns)

	outside := &thread{do: make(chan func())}
	ready := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread is never put back
		ready <- prepareOutside(ns, ipv6)
		for f := range outside.do {
			f()
		}
	}()
	if err := <-ready; err != nil {
		return nil, err
	}
	if err := prepareInside(inside, ipv6); err != nil {
		return nil, err
	}
	outside.run(func() { err = awaitCarrier() })
	return outside, err
}

// carrierTimeout is how long the kernel may take to notice that both ends of
// the veth are up; it rations such news to one batch a second.
const carrierTimeout = 3 * time.Second

// awaitCarrier waits until the outside end of the veth may send. Its peer was
// brought up last, and the kernel gives it a queue only when a worker of its own
// gets round to that (linkwatch_do_dev in net/core/link_watch.c): until then it
// drops what it is to send, and the subject's first connection would wait for a
// second SYN.
func awaitCarrier() error {
	h, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return step("open netlink", err)
	}
	defer h.Close()
	for deadline := time.Now().Add(carrierTimeout); ; time.Sleep(100 * time.Microsecond) {
		l, err := h.LinkByIndex(gatewayIndex)
		if err != nil {
			return step("look at the veth", err)
		}
		if l.Attrs().OperState == netlink.OperUp || time.Now().After(deadline) {
			return nil // a veth that is slow is no reason not to start
		}
	}
}

func prepareOutside(inside int, ipv6 bool) error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return step("make the outside network namespace", err)
	}
	setOutside(ipv6)
	h, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return step("open netlink", err)
	}
	defer h.Close()
	if err := h.LinkSetUp(link(loIndex)); err != nil {
		return step("bring lo up", err)
	}
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.Index = "eth0", gatewayIndex
	attrs.HardwareAddr = gatewayEnd.mac
	veth := &netlink.Veth{LinkAttrs: attrs, PeerName: "eth0", PeerHardwareAddr: subjectEnd.mac,
		PeerNamespace: netlink.NsFd(inside)}
	if err := h.LinkAdd(veth); err != nil {
		return step("add a veth", err)
	}
	if err := bringUp(h, gatewayIndex, ipv6, gatewayEnd, subjectEnd); err != nil {
		return err
	}
	if err := makeEverythingLocal(h, ipv6); err != nil {
		return err
	}
	return refusePings(h, ipv6)
}

// makeEverythingLocal adds the routes by which every address but the subject's
// is local.
func makeEverythingLocal(h *netlink.Handle, ipv6 bool) error {
	routes := []*netlink.Route{
		// In the table where the kernel looks up whether an address is local
		// (__ip_dev_find in net/ipv4/devinet.c). That table comes first, so that the
		// route to the subject must be there, too.
		{LinkIndex: loIndex, Dst: everyIPv4, Type: unix.RTN_LOCAL, Table: unix.RT_TABLE_LOCAL,
			Scope: unix.RT_SCOPE_HOST},
		{LinkIndex: gatewayIndex, Dst: ipNet(netip.PrefixFrom(SubjectIPv4.Addr(), 32)), Table: unix.RT_TABLE_LOCAL,
			Scope: unix.RT_SCOPE_LINK},
	}
	if ipv6 {
		routes = append(routes, &netlink.Route{LinkIndex: loIndex, Dst: everyIPv6, Type: unix.RTN_LOCAL,
			Table: unix.RT_TABLE_MAIN})
	}
	for _, r := range routes {
		if err := h.RouteAdd(r); err != nil {
			return step("make every address local", err)
		}
	}
	return nil
}

func prepareInside(h *netlink.Handle, ipv6 bool) error {
	if err := h.LinkSetUp(link(loIndex)); err != nil {
		return step("bring lo up", err)
	}
	eth0, err := h.LinkByName("eth0")
	if err != nil {
		return step("find eth0", err)
	}
	index := eth0.Attrs().Index
	if err := bringUp(h, index, ipv6, subjectEnd, gatewayEnd); err != nil {
		return err
	}
	routes := []*netlink.Route{{LinkIndex: index, Dst: everyIPv4, Gw: GatewayIPv4.Addr().AsSlice()}}
	if ipv6 {
		routes = append(routes, &netlink.Route{LinkIndex: index, Dst: everyIPv6, Gw: GatewayIPv6.Addr().AsSlice()},
			ownIPv6)
	}
	for _, r := range routes {
		if err := h.RouteAdd(r); err != nil {
			return step("add the default route", err)
		}
	}
	return nil
}

// ownIPv6 makes the subject's address its own. So does the kernel, but some time
// later: a worker of its own does it for a new address of IPv6 (addrconf_dad_work
// in net/ipv6/addrconf.c), which waits for the lock of all networks. Until then
// answers to the subject are dropped, and its calls wait for a second SYN.
var ownIPv6 = &netlink.Route{
	LinkIndex: loIndex, Dst: ipNet(netip.PrefixFrom(SubjectIPv6.Addr(), 128)),
	Type: unix.RTN_LOCAL, Table: unix.RT_TABLE_LOCAL, Scope: unix.RT_SCOPE_HOST,
}

// end is one end of the veth.
type end struct {
	v4, v6 netip.Prefix
	mac    net.HardwareAddr // of our choice (RFC 7042, section 2.1: locally administered)
}

var (
	gatewayEnd = end{GatewayIPv4, GatewayIPv6, net.HardwareAddr{2, 0, 0, 0, 0, 1}}
	subjectEnd = end{SubjectIPv4, SubjectIPv6, net.HardwareAddr{2, 0, 0, 0, 0, 2}}
)

func (e end) prefixes(ipv6 bool) []netip.Prefix {
	if ipv6 {
		return []netip.Prefix{e.v4, e.v6}
	}
	return []netip.Prefix{e.v4}
}

// bringUp gives an interface its addresses and no others, and tells it who is at
// the other end: if it had to ask, a question that comes before the other end
// listens would be repeated only after a second.
func bringUp(h *netlink.Handle, index int, ipv6 bool, own, other end) error {
	if ipv6 {
		// No link-local address: nothing speaks to one, and the kernel is silent.
		if err := h.LinkSetIP6AddrGenMode(link(index), 1 /* IN6_ADDR_GEN_MODE_NONE */); err != nil {
			return step("configure IPv6", err)
		}
	}
	for _, p := range own.prefixes(ipv6) {
		addr := &netlink.Addr{IPNet: ipNet(p)}
		if p.Addr().Is6() {
			addr.Flags = unix.IFA_F_NODAD
		}
		if err := h.AddrAdd(link(index), addr); err != nil {
			return step("add address "+p.String(), err)
		}
	}
	if err := h.LinkSetUp(link(index)); err != nil {
		return step("bring eth0 up", err)
	}
	for _, p := range other.prefixes(ipv6) {
		neighbour := &netlink.Neigh{LinkIndex: index, State: netlink.NUD_PERMANENT, IP: p.Addr().AsSlice(),
			HardwareAddr: other.mac}
		if err := h.NeighAdd(neighbour); err != nil {
			return step("add the neighbour "+p.Addr().String(), err)
		}
	}
	return nil
}

var (
	everyIPv4 = ipNet(netip.MustParsePrefix("0.0.0.0/0"))
	everyIPv6 = ipNet(netip.MustParsePrefix("::/0"))
)

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

func link(index int) netlink.Link {
	return &netlink.Device{LinkAttrs: netlink.LinkAttrs{Index: index}}
}
