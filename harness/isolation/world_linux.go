package isolation

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// world is all that a subject can reach, and the record of what it cannot.
type world struct {
	config  *Config
	names   *names
	refused ledger
	web     *web
	proxy   *proxy
	control *control

	endpoints []endpoint
	resolvers []*dns.Server
	watchers  []*watcher

	mu     sync.Mutex
	served map[string]*servedName
}

// endpoint is a socket that is open from the start, and what becomes of it.
type endpoint struct {
	socket nsinit.Socket
	attach func(*os.File) error // takes the file over
}

// servedName is a name that was looked up.
type servedName struct {
	once   sync.Once
	result served
	err    error
}

func newWorld(c *Config) *world {
	w := &world{config: c, names: newNames(), proxy: newProxy(), served: make(map[string]*servedName)}
	w.web = newWeb(c.CA, func(name string) bool { return handlerFor(name, c.Hosts, c.AWS) != nil })

	for _, s := range watched {
		if !s.ipv6 || hasIPv6() {
			w.add(nsinit.Socket{Where: nsinit.Inside, Network: s.network}, w.watch(s.proto, s.ipv6))
		}
	}
	w.add(nsinit.Socket{Where: nsinit.Outside, Network: "udp", Addr: resolverAddr}, w.resolve)
	w.add(nsinit.Socket{Where: nsinit.Outside, Network: "tcp", Addr: resolverAddr}, w.resolve)
	for addr, h := range c.Addresses {
		w.addListener(addr, func(l *net.TCPListener) { w.web.servePlain(l, h) })
	}
	for _, p := range c.PassThrough {
		for _, a := range p.literal() {
			w.addListener(netip.AddrPortFrom(a, p.Port), func(l *net.TCPListener) { w.proxy.serve(l, p.to()) })
		}
	}
	return w
}

func (w *world) add(s nsinit.Socket, attach func(*os.File) error) {
	if s.Addr.Addr().Is6() && !hasIPv6() {
		return
	}
	w.endpoints = append(w.endpoints, endpoint{s, attach})
}

// addListener adds a TCP listener at a literal address.
func (w *world) addListener(addr netip.AddrPort, serve func(*net.TCPListener)) {
	where := nsinit.Outside
	if addr.Addr().IsLoopback() {
		where = nsinit.Inside
	}
	w.add(nsinit.Socket{Where: where, Network: "tcp", Addr: addr}, func(f *os.File) error {
		defer f.Close()
		l, err := net.FileListener(f)
		if err == nil {
			serve(l.(*net.TCPListener))
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

// open begins to serve. It takes the descriptors over.
func (w *world) open(c *control, fds []int) error {
	w.control = c
	if len(fds) != len(w.endpoints) {
		closeFDs(fds)
		return fmt.Errorf("isolation: the sandbox sent %d descriptors for %d", len(fds), len(w.endpoints))
	}
	var errs []error
	for i, e := range w.endpoints {
		f := os.NewFile(uintptr(fds[i]), e.socket.Network)
		errs = append(errs, e.attach(f))
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

// resolve serves DNS on a socket of either kind.
func (w *world) resolve(f *os.File) error {
	defer f.Close()
	started := make(chan struct{})
	r := &dns.Server{
		Handler:           &resolver{names: w.names, serve: w.serve, refused: w.refuseName},
		NotifyStartedFunc: func() { close(started) },
	}
	var err error
	if r.Listener, err = net.FileListener(f); err != nil {
		if r.PacketConn, err = net.FilePacketConn(f); err != nil {
			return err
		}
	}
	go r.ActivateAndServe()
	<-started // Shutdown does nothing before
	w.resolvers = append(w.resolvers, r)
	return nil
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
	s.once.Do(func() { s.result, s.err = w.openName(name, a) })
	return s.result, s.err
}

func (w *world) openName(name string, a nameAddrs) (served, error) {
	passed := make(map[uint16]bool)
	for _, p := range w.config.PassThrough {
		if canonical(p.Host) == name {
			passed[p.Port] = true
			if err := w.listen(a.v4, p.Port, func(l *net.TCPListener) { w.proxy.serve(l, p.to()) }); err != nil {
				return served{}, err
			}
		}
	}
	h := handlerFor(name, w.config.Hosts, w.config.AWS)
	if h == nil {
		return served{ok: len(passed) > 0}, nil
	}
	ipv6 := isDualStack(name) && isAWS(name) && hasIPv6()
	addrs := []netip.Addr{a.v4}
	if ipv6 {
		addrs = append(addrs, a.v6)
	}
	for _, addr := range addrs {
		for port, serve := range map[uint16]func(*net.TCPListener){
			443: func(l *net.TCPListener) { w.web.serveTLS(l, name, h) },
			80:  func(l *net.TCPListener) { w.web.servePlain(l, h) },
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
func (w *world) listen(a netip.Addr, port uint16, serve func(*net.TCPListener)) error {
	f, _, err := w.control.askFile(context.Background(), nsinit.Request{Listen: &nsinit.Socket{
		Where: nsinit.Outside, Network: "tcp", Addr: netip.AddrPortFrom(a, port),
	}})
	if err != nil {
		return err
	}
	defer f.Close()
	l, err := net.FileListener(f)
	if err != nil {
		return err
	}
	serve(l.(*net.TCPListener))
	return nil
}

var hasIPv6 = sync.OnceValue(func() bool {
	_, err := os.Stat("/proc/net/if_inet6")
	return err == nil
})
