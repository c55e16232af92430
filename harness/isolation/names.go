package isolation

import (
	"net/netip"
	"sync"
)

// Ranges out of which names get addresses (RFC 2544 section 4, RFC 5180 section 8).
var (
	namesIPv4 = netip.MustParsePrefix("198.18.0.0/15")
	namesIPv6 = netip.MustParsePrefix("2001:2::/48")
)

// names gives every name that is looked up an address of its own in either
// family, so that an address tells the name.
type names struct {
	mu     sync.Mutex
	byName map[string]nameAddrs
	byAddr map[netip.Addr]string
	last   nameAddrs
}

type nameAddrs struct{ v4, v6 netip.Addr }

func newNames() *names {
	return &names{
		byName: make(map[string]nameAddrs),
		byAddr: make(map[netip.Addr]string),
		last:   nameAddrs{namesIPv4.Addr(), namesIPv6.Addr()},
	}
}

// addrs gives the addresses of a name; false once the range is used up.
func (n *names) addrs(name string) (nameAddrs, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if a, ok := n.byName[name]; ok {
		return a, true
	}
	next := nameAddrs{n.last.v4.Next(), n.last.v6.Next()}
	if !namesIPv4.Contains(next.v4) {
		return nameAddrs{}, false
	}
	n.last = next
	n.byName[name], n.byAddr[next.v4], n.byAddr[next.v6] = next, name, name
	return next, true
}

// name is the name that an address was given to; empty for none.
func (n *names) name(a netip.Addr) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.byAddr[a]
}
