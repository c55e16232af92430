package nsinit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// setting is one of the kernel's settings for a network namespace, a file below
// /proc/sys/net. The kernel gives a new namespace some of the machine's values,
// such as whether it forwards, and its own defaults for the others: a sandbox
// relies on neither.
type setting struct {
	path, value string
}

// everywhere is set in both namespaces, before they have an interface but lo: one
// that is made later takes the values of conf/default.
var everywhere = []setting{
	// Nothing is forwarded. First, since the kernel resets others with it.
	{"ipv4/ip_forward", "0"},
	// A packet's source address is not held against the routes.
	{"ipv4/conf/all/rp_filter", "0"},
	{"ipv4/conf/default/rp_filter", "0"},
	{"ipv4/conf/lo/rp_filter", "0"},
	// Each refusal is sent: by default the kernel sends a peer one ICMP error a
	// second, and everybody a thousand. What the mask leaves out has no limit.
	{"ipv4/icmp_ratemask", "0"},
	{"ipv4/icmp_ratelimit", "0"},
}

// everywhere6 is set in both namespaces where there is IPv6.
var everywhere6 = []setting{
	{"ipv6/conf/all/forwarding", "0"},
	{"ipv6/conf/all/disable_ipv6", "0"},
	{"ipv6/conf/default/disable_ipv6", "0"},
	{"ipv6/conf/lo/disable_ipv6", "0"},
	// Addresses are given by hand, and nobody else is on the link.
	{"ipv6/conf/all/accept_ra", "0"},
	{"ipv6/conf/default/accept_ra", "0"},
	{"ipv6/conf/default/accept_dad", "0"},
	{"ipv6/icmp/ratelimit", "0"},
	{"ipv6/icmp/ratemask", "\n"},
}

// insideOnly is what a program finds on an ordinary machine, or in a container of
// Docker since 20.10 (https://github.com/moby/moby/pull/41030): servers may have
// any port, and pings need no privilege.
var insideOnly = []setting{
	{"ipv4/icmp_echo_ignore_all", "0"},
	{"ipv4/ip_unprivileged_port_start", "0"},
	{"ipv4/ip_local_port_range", "32768 60999"},
	{"ipv4/ip_local_reserved_ports", "\n"},
	{"ipv4/ip_nonlocal_bind", "0"},
}

var insideOnly6 = []setting{
	{"ipv6/bindv6only", "0"},
	{"ipv6/icmp/echo_ignore_all", "0"},
	{"ipv6/ip_nonlocal_bind", "0"},
}

// outsideOnly needs to be made: who cannot have it does without in another way.
var outsideOnly = []setting{{"ipv4/icmp_echo_ignore_all", "1"}}

// set makes settings in the thread's namespace as far as this kernel has them and
// lets them be: /proc/sys may be read-only, as in a container. The first that
// could not be made is returned, for those that need it.
func set(settings ...[]setting) error {
	var first error
	for _, list := range settings {
		for _, s := range list {
			if err := s.set(); err != nil && first == nil && !errors.Is(err, fs.ErrNotExist) {
				first = err
			}
		}
	}
	return first
}

func (s setting) set() error {
	return os.WriteFile(filepath.Join("/proc/sys/net", s.path), []byte(s.value), 0)
}

// setInside makes the settings of the subject's namespace.
func setInside(ipv6 bool) {
	_ = set(everywhere, insideOnly) // without them it is still a sandbox
	if ipv6 {
		_ = set(everywhere6, insideOnly6)
	}
	allowPings()
}

// setOutside makes the settings of the outside namespace.
func setOutside(ipv6 bool) {
	_ = set(everywhere)
	if ipv6 {
		_ = set(everywhere6)
	}
}

// allowPings lets the subject send pings without a privilege (icmp(7)): to every
// group, or if its user namespace does not know them all, to its own.
func allowPings() {
	const path = "ipv4/ping_group_range"
	if (setting{path, "0 2147483647"}).set() != nil {
		own := strconv.Itoa(os.Getgid())
		_ = setting{path, fmt.Sprint(own, " ", own)}.set()
	}
}
