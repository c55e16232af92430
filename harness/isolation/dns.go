package isolation

import (
	"net"
	"net/netip"
	"strings"

	"github.com/miekg/dns"
)

// resolverAddr is where the subject's resolver answers: the address of the one
// in a VPC (https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html).
var resolverAddr = netip.MustParseAddrPort("169.254.169.253:53")

// resolver answers the subject's DNS queries: every name has an address, and
// where nobody answers for it, calls to the address are refused. A name that
// does not resolve would hide which port the subject wanted.
type resolver struct {
	names *names
	// serve makes ready what answers for a name, and says whether anything does.
	serve func(name string, a nameAddrs) (served, error)
	// refused records a name that nobody answers for.
	refused func(name string)
	// lookups say which fail on purpose; nil: none.
	lookups *lookups
}

// served is whether somebody answers for a name, and in IPv6 too.
type served struct{ ok, ipv6 bool }

// ttl is short: an address holds as long as the sandbox does.
const ttl = 60 // seconds

func (r *resolver) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	m := new(dns.Msg)
	m.SetReply(q)
	m.RecursionAvailable = true
	if opt := q.IsEdns0(); opt != nil {
		m.SetEdns0(1232, false)
	}
	switch {
	case q.Opcode != dns.OpcodeQuery:
		m.Rcode = dns.RcodeNotImplemented
	case len(q.Question) != 1:
		m.Rcode = dns.RcodeFormatError
	case q.Question[0].Qclass != dns.ClassINET:
		m.Rcode = dns.RcodeRefused
	default:
		if !r.answer(m, q.Question[0]) {
			return
		}
	}
	w.WriteMsg(m) // who does not wait for the answer does not want it
}

// answer reports whether there is an answer.
func (r *resolver) answer(m *dns.Msg, q dns.Question) bool {
	if fate := r.lookups.resolution(q); fate != Resolves {
		m.Rcode = rcodes[fate]
		return fate != NoReply
	}
	r.resolve(m, q)
	return true
}

func (r *resolver) resolve(m *dns.Msg, q dns.Question) {
	name := canonical(q.Name)
	switch {
	case isLocalhost(name):
		addAddrs(m, q, netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback())
		return
	case strings.HasSuffix(name, ".in-addr.arpa"), strings.HasSuffix(name, ".ip6.arpa"):
		m.Rcode = dns.RcodeNameError
		return
	case name == "":
		return
	}
	addrs, ok := r.names.addrs(name)
	if !ok {
		r.refused(name)
		m.Rcode = dns.RcodeNameError
		return
	}
	s, err := r.serve(name, addrs)
	switch {
	case err != nil:
		m.Rcode = dns.RcodeServerFailure
	case !s.ok:
		r.refused(name)
		addAddrs(m, q, addrs.v4, netip.Addr{})
	case s.ipv6:
		addAddrs(m, q, addrs.v4, addrs.v6)
	default:
		addAddrs(m, q, addrs.v4, netip.Addr{})
	}
}

// addAddrs answers a question for addresses with those of its family. Other
// questions get an empty answer: the name exists, and has no such records.
func addAddrs(m *dns.Msg, q dns.Question, v4, v6 netip.Addr) {
	header := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET, Ttl: ttl}
	switch {
	case q.Qtype == dns.TypeA && v4.IsValid():
		m.Answer = append(m.Answer, &dns.A{Hdr: header, A: net.IP(v4.AsSlice())})
	case q.Qtype == dns.TypeAAAA && v6.IsValid():
		m.Answer = append(m.Answer, &dns.AAAA{Hdr: header, AAAA: net.IP(v6.AsSlice())})
	}
}
