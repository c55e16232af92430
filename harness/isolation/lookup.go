package isolation

import (
	"sync"

	"github.com/miekg/dns"
)

// Resolution is what becomes of the lookup of a name.
type Resolution int

// The resolutions.
const (
	Resolves      Resolution = iota // the name has the address that the sandbox gave it
	NoSuchName                      // NXDOMAIN
	ServerFailure                   // SERVFAIL
	NoReply                         // the resolver does not answer
)

var rcodes = map[Resolution]int{NoSuchName: dns.RcodeNameError, ServerFailure: dns.RcodeServerFailure}

// lookups asks Config.Lookup once for the two questions, for IPv4 and for IPv6,
// that a program asks at a lookup, in whichever order they come.
type lookups struct {
	decide func(name string) Resolution // nil: every name resolves

	mu    sync.Mutex
	other map[dns.Question][]Resolution // decided with the question of the other family
}

func (l *lookups) resolution(q dns.Question) Resolution {
	name := canonical(q.Name)
	if l == nil || l.decide == nil || name == "" || q.Qtype != dns.TypeA && q.Qtype != dns.TypeAAAA {
		return Resolves
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	this, that := q, q
	this.Name, that.Name = name, name
	if that.Qtype = dns.TypeA; q.Qtype == dns.TypeA {
		that.Qtype = dns.TypeAAAA
	}
	if known := l.other[this]; len(known) > 0 {
		l.other[this] = known[1:]
		return known[0]
	}
	r := l.decide(name)
	if l.other == nil {
		l.other = map[dns.Question][]Resolution{}
	}
	l.other[that] = append(l.other[that], r)
	return r
}
