package isolation

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// ParsePassThrough reads "[HOST:]PORT[=TO]": the name or address and the port by
// which a subject calls a service of this machine, localhost without a HOST, and
// where on its loopback the service is, 127.0.0.1:PORT without a TO.
func ParsePassThrough(text string) (PassThrough, error) {
	called, to, _ := strings.Cut(text, "=")
	host, port, err := net.SplitHostPort(called)
	if err != nil {
		host, port = "localhost", called
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return PassThrough{}, fmt.Errorf(
			"%q is no pass-through: want [HOST:]PORT[=TO], such as 5432 or db.internal:5432=127.0.0.1:15432", text)
	}
	p := PassThrough{Host: host, Port: uint16(n), To: to}
	return p, p.validate()
}

// to is the service behind a PassThrough.
func (p PassThrough) to() string {
	if p.To == "" {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(int(p.Port)))
	}
	return p.To
}

// literal is Host as addresses, if it is one or is localhost; nil for a name.
func (p PassThrough) literal() []netip.Addr {
	if isLocalhost(canonical(p.Host)) {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	if a, err := netip.ParseAddr(p.Host); err == nil {
		return []netip.Addr{a.Unmap()}
	}
	return nil
}

// Here says whether the subject calls the service where it is without a proxy: on
// loopback, at the service's own port.
func (p PassThrough) Here() bool {
	_, port, err := net.SplitHostPort(p.to())
	if err != nil || port != strconv.Itoa(int(p.Port)) {
		return false
	}
	l := p.literal()
	return len(l) > 0 && l[0].IsLoopback()
}

func (p PassThrough) validate() error {
	if p.Port == 0 {
		return fmt.Errorf("isolation: Config.PassThrough for %q has no port", p.Host)
	}
	if p.literal() == nil {
		if _, ok := dns.IsDomainName(p.Host); !ok || p.Host == "" || strings.ContainsAny(p.Host, "*:/ ") {
			return fmt.Errorf("isolation: Config.PassThrough has host %q: give a host name or a literal address",
				p.Host)
		}
	}
	host, port, err := net.SplitHostPort(p.to())
	if _, perr := strconv.ParseUint(port, 10, 16); err != nil || perr != nil {
		return fmt.Errorf("isolation: Config.PassThrough for %q leads to %q: give host:port", p.Host, p.To)
	}
	if a, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !a.IsLoopback()) {
		return fmt.Errorf(
			"isolation: Config.PassThrough for %q leads to %q: only this machine's loopback can stay reachable", p.Host,
			p.To)
	}
	return nil
}
