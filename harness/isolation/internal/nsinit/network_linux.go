package nsinit

import (
	"net"
	"net/netip"
	"os"
	"runtime"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Indices of the interfaces. The two ends of the veth differ on purpose: only
// then does the kernel take a change of their carrier as urgent
// (linkwatch_urgent_event in net/core/link_watch.c), else IPv6 is up to a second
// late.
const (
	loIndex      = 1
	subjectIndex = 2
	gatewayIndex = 3
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
	return outside, prepareInside(inside, ipv6)
}

func prepareOutside(inside int, ipv6 bool) error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return step("make the outside network namespace", err)
	}
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
	veth := &netlink.Veth{LinkAttrs: attrs, PeerName: "eth0", PeerNamespace: netlink.NsFd(inside)}
	if err := h.LinkAdd(veth); err != nil {
		return step("add a veth", err)
	}
	if err := bringUp(h, gatewayIndex, ipv6, GatewayIPv4, GatewayIPv6); err != nil {
		return err
	}
	// Every address is local here. In the main table, so that the link's own
	// prefix, being longer, comes first.
	for _, all := range everywhere(ipv6) {
		r := &netlink.Route{LinkIndex: loIndex, Dst: all, Type: unix.RTN_LOCAL, Table: unix.RT_TABLE_MAIN, Scope: unix.RT_SCOPE_HOST}
		if err := h.RouteAdd(r); err != nil {
			return step("make every address local", err)
		}
	}
	// A ping must not be answered as though the machine were there. Where /proc/sys
	// is read-only, it is.
	write("/proc/sys/net/ipv4/icmp_echo_ignore_all", "1")
	write("/proc/sys/net/ipv6/icmp/echo_ignore_all", "1")
	return nil
}

func prepareInside(h *netlink.Handle, ipv6 bool) error {
	if err := h.LinkSetUp(link(loIndex)); err != nil {
		return step("bring lo up", err)
	}
	if err := bringUp(h, subjectIndex, ipv6, SubjectIPv4, SubjectIPv6); err != nil {
		return err
	}
	gateways := []netip.Addr{GatewayIPv4.Addr(), GatewayIPv6.Addr()}
	for i, all := range everywhere(ipv6) {
		r := &netlink.Route{LinkIndex: subjectIndex, Dst: all, Gw: gateways[i].AsSlice()}
		if err := h.RouteAdd(r); err != nil {
			return step("add the default route", err)
		}
	}
	// As in a container of Docker since 20.10 (https://github.com/moby/moby/pull/41030).
	write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0")
	return nil
}

// bringUp gives an interface its addresses and no others.
func bringUp(h *netlink.Handle, index int, ipv6 bool, v4, v6 netip.Prefix) error {
	if ipv6 {
		// No link-local address: nothing speaks to one, and the kernel is silent.
		if err := h.LinkSetIP6AddrGenMode(link(index), 1 /* IN6_ADDR_GEN_MODE_NONE */); err != nil {
			return step("configure IPv6", err)
		}
	}
	prefixes := []netip.Prefix{v4}
	if ipv6 {
		prefixes = append(prefixes, v6)
	}
	for _, p := range prefixes {
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
	return nil
}

func everywhere(ipv6 bool) []*net.IPNet {
	all := []*net.IPNet{ipNet(netip.MustParsePrefix("0.0.0.0/0"))}
	if ipv6 {
		all = append(all, ipNet(netip.MustParsePrefix("::/0")))
	}
	return all
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

func link(index int) netlink.Link {
	return &netlink.Device{LinkAttrs: netlink.LinkAttrs{Index: index}}
}

func write(path, value string) error {
	return os.WriteFile(path, []byte(value), 0)
}
