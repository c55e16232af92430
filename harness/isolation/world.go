package isolation

import (
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// world is all that a subject can reach, and the record of what it cannot.
type world struct {
	config  *Config
	ipv6    bool
	names   *names
	refused ledger
	web     *web
	proxy   *proxy
	ground  ground

	endpoints []endpoint
	resolvers []*dns.Server
	lookups   lookups
	watchers  []watcher
	shortage  shortage

	mu     sync.Mutex
	served map[string]*servedName
}

// endpoint is a socket that is open from the start, and what becomes of it.
type endpoint struct {
	socket nsinit.Socket
	attach func(opened) error
}

// servedName is a name that was looked up.
type servedName struct {
	once   sync.Once
	result served
	err    error
}

func newWorld(c *Config, ipv6 bool) *world {
	w := &world{config: c, ipv6: ipv6, names: newNames(), proxy: newProxy(), lookups: lookups{decide: c.Lookup},
		served: make(map[string]*servedName)}
	w.web = newWeb(c.CA, func(name string) bool { return handlerFor(name, c.Hosts, c.AWS) != nil })

	for _, s := range watched {
		if !s.ipv6 || ipv6 {
			w.add(nsinit.Socket{Where: nsinit.Inside, Network: s.network}, w.watch(s.proto, s.ipv6))
		}
	}
	w.add(nsinit.Socket{Where: nsinit.Outside, Network: "udp", Addr: resolverAddr}, w.resolveUDP)
	w.add(nsinit.Socket{Where: nsinit.Outside, Network: "tcp", Addr: resolverAddr}, w.resolveTCP)
	for addr, h := range c.Addresses {
		w.addListener(addr, func(l drainable) { w.web.servePlain(l, h) })
	}
	for _, p := range c.PassThrough {
		for _, a := range p.literal() {
			w.addListener(netip.AddrPortFrom(a, p.Port), func(l drainable) { w.proxy.serve(l, p.to()) })
		}
	}
	return w
}

func (w *world) add(s nsinit.Socket, attach func(opened) error) {
	if s.Addr.Addr().Is6() && !w.ipv6 {
		return
	}
	w.endpoints = append(w.endpoints, endpoint{s, attach})
}

// addListener adds a TCP listener at a literal address.
func (w *world) addListener(addr netip.AddrPort, serve func(drainable)) {
	where := nsinit.Outside
	if addr.Addr().IsLoopback() {
		where = nsinit.Inside
	}
	w.add(nsinit.Socket{Where: where, Network: "tcp", Addr: addr}, func(o opened) error {
		l, err := o.listener()
		if err == nil {
			serve(patient{l, &w.shortage})
		}
		return err
	})
}

// sockets are what the init is to open, in the order in which open wants them.
func (w *world) sockets() []nsinit.Socket {
	var sockets []nsinit.Socket
	for _, e := range w.endpoints {
		sockets = append(sockets, e.socket)
	}
	return sockets
}

// open begins to serve on the ground, whose sockets are as asked for, in order.
func (w *world) open(g ground, sockets []opened) error {
	w.ground = g
	var errs []error
	for i, e := range w.endpoints {
		errs = append(errs, e.attach(sockets[i]))
	}
	return errors.Join(errs...)
}

// close stops serving, and returns how many refusals are not recorded.
func (w *world) close() (unrecorded int) {
	for _, r := range w.resolvers { // first: a lookup opens listeners
		r.Shutdown()
	}
	w.web.close()
	w.proxy.close()
	for _, watcher := range w.watchers {
		unrecorded += watcher.close()
	}
	return unrecorded
}

func (w *world) resolveTCP(o opened) error {
	l, err := o.listener()
	if err == nil {
		w.resolve(&dns.Server{Listener: l})
	}
	return err
}

func (w *world) resolveUDP(o opened) error {
	c, err := o.packets()
	if err == nil {
		w.resolve(&dns.Server{PacketConn: c})
	}
	return err
}

// resolve serves DNS.
func (w *world) resolve(r *dns.Server) {
	started := make(chan struct{})
	r.Handler = &resolver{names: w.names, serve: w.serve, refused: w.refuseName, lookups: &w.lookups}
	r.NotifyStartedFunc = func() { close(started) }
	go r.ActivateAndServe()
	<-started // Shutdown does nothing before
	w.resolvers = append(w.resolvers, r)
}

// watched are the raw sockets, and the protocol and family of each.
var watched = []struct {
	network string
	proto   byte
	ipv6    bool
}{
	{nsinit.RawTCP4, protoTCP, false},
	{nsinit.RawICMP4, protoICMP, false},
	{nsinit.RawTCP6, protoTCP, true},
	{nsinit.RawICMP6, protoICMPv6, true},
}

// watch makes what attaches to the raw socket of a protocol. Those of IPv4
// deliver the IP header too.
func (w *world) watch(proto byte, ipv6 bool) func(opened) error {
	note := func(from netip.Addr, packet []byte) {
		if !ipv6 {
			ip, ok := parseIP(packet)
			if !ok {
				return
			}
			packet = ip.payload
		}
		if t, ok := refusedBy(proto, from, packet); ok {
			t.name = w.names.name(t.addr)
			w.refused.add(t, time.Now())
		}
	}
	return func(o opened) error {
		watcher, err := o.watch(note)
		if err == nil {
			w.watchers = append(w.watchers, watcher)
		}
		return err
	}
}

func (w *world) refuseName(name string) {
	w.refused.add(target{name: name, network: networkDNS}, time.Now())
}

// serve opens, at the first lookup of a name, the listeners that answer for it.
func (w *world) serve(name string, a nameAddrs) (served, error) {
	w.mu.Lock()
	s := w.served[name]
	if s == nil {
		s = new(servedName)
		w.served[name] = s
	}
	w.mu.Unlock()
	s.once.Do(func() {
		if s.result, s.err = w.openName(name, a); s.err != nil {
			w.shortage.unanswered(name, s.err)
		}
	})
	return s.result, s.err
}

func (w *world) openName(name string, a nameAddrs) (served, error) {
	passed := make(map[uint16]bool)
	for _, p := range w.config.PassThrough {
		if canonical(p.Host) == name {
			passed[p.Port] = true
			if err := w.listen(a.v4, p.Port, func(l drainable) { w.proxy.serve(l, p.to()) }); err != nil {
				return served{}, err
			}
		}
	}
	h := handlerFor(name, w.config.Hosts, w.config.AWS)
	if h == nil {
		return served{ok: len(passed) > 0}, nil
	}
	ipv6 := isDualStack(name) && seen.IsAWS(name) && w.ipv6
	addrs := []netip.Addr{a.v4}
	if ipv6 {
		addrs = append(addrs, a.v6)
	}
	for _, addr := range addrs {
		for port, serve := range map[uint16]func(drainable){
			443: func(l drainable) { w.web.serveTLS(l, name, h) },
			80:  func(l drainable) { w.web.servePlain(l, h) },
		} {
			if passed[port] {
				continue
			}
			if err := w.listen(addr, port, serve); err != nil {
				return served{}, err
			}
		}
	}
	return served{ok: true, ipv6: ipv6}, nil
}

// listen opens a listener outside while the subject runs.
func (w *world) listen(a netip.Addr, port uint16, serve func(drainable)) error {
	l, err := w.ground.listen(nsinit.Socket{Where: nsinit.Outside, Network: "tcp", Addr: netip.AddrPortFrom(a, port)})
	if err == nil {
		serve(patient{l, &w.shortage})
	}
	return err
}
