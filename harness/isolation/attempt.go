package isolation

import (
	"cmp"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// Attempt is what a subject tried in vain.
type Attempt = seen.Attempt

// TLSFailure is a TLS connection that came to nothing.
type TLSFailure = seen.TLSFailure

// NoRequest is the problem of a TLS connection that the subject closed without a
// word.
const NoRequest = seen.NoRequest

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
