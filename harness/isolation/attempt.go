package isolation

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Attempt is something the subject tried to reach and could not.
type Attempt struct {
	// Name is the host name that the subject looked up; empty if it used the
	// address itself.
	Name string `json:"name,omitempty"`
	// Addr is the address. Where there is a Name it is the sandbox's own, made up
	// for that name.
	Addr netip.Addr `json:"addr,omitzero"`
	Port uint16     `json:"port,omitempty"`
	// Network is "tcp", "udp", "icmp" (a ping), "ip:" and a protocol number, or
	// "dns" for a name that was looked up and then not called.
	Network string    `json:"network"`
	Time    time.Time `json:"time"` // of the first
	Count   int       `json:"count"`
}

// Loopback says whether the subject called itself, at a port where nothing
// listens: often a service of the machine that Config.PassThrough should name.
func (a Attempt) Loopback() bool { return a.Addr.IsLoopback() }

// String is the attempt in one line.
func (a Attempt) String() string {
	var s string
	switch {
	case a.Network == "dns":
		s = fmt.Sprintf("%s (looked up only)", a.Name)
	case a.Name != "" && a.Port == 0:
		s = fmt.Sprintf("%s (%s)", a.Name, a.Network)
	case a.Name != "":
		s = fmt.Sprintf("%s:%d (%s)", a.Name, a.Port, a.Network)
	case a.Port == 0:
		s = fmt.Sprintf("%s (%s)", a.Addr, a.Network)
	default:
		s = fmt.Sprintf("%s (%s)", netip.AddrPortFrom(a.Addr, a.Port), a.Network)
	}
	if a.Count > 1 {
		s += fmt.Sprintf(", %d times", a.Count)
	}
	return s
}

// ledger counts attempts. Its zero value is empty.
type ledger struct {
	mu   sync.Mutex
	seen map[target]*Attempt
}

type target struct {
	name    string
	addr    netip.Addr
	port    uint16
	network string
}

func (l *ledger) add(t target, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a := l.seen[t]; a != nil {
		if t.network != networkDNS { // one lookup is several queries
			a.Count++
		}
		return
	}
	if l.seen == nil {
		l.seen = make(map[target]*Attempt)
	}
	l.seen[t] = &Attempt{Name: t.name, Addr: t.addr, Port: t.port, Network: t.network, Time: now, Count: 1}
}

// list is everything so far, in the order of time. A lookup is left out once
// its name has been called.
func (l *ledger) list() []Attempt {
	l.mu.Lock()
	defer l.mu.Unlock()
	called := make(map[string]bool)
	for t := range l.seen {
		if t.network != networkDNS {
			called[t.name] = true
		}
	}
	list := make([]Attempt, 0, len(l.seen))
	for t, a := range l.seen {
		if t.network != networkDNS || !called[t.name] {
			list = append(list, *a)
		}
	}
	slices.SortFunc(list, func(a, b Attempt) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Name, b.Name), a.Addr.Compare(b.Addr),
			cmp.Compare(a.Port, b.Port), cmp.Compare(a.Network, b.Network))
	})
	return list
}

const networkDNS = "dns"
