package isolation

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// to is the service behind a PassThrough.
func (p PassThrough) to() string {
	if p.To == "" {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(int(p.Port)))
	}
	return p.To
}

// literal is Host as addresses, if it is one or is localhost; nil for a name.
func (p PassThrough) literal() []netip.Addr {
	if strings.EqualFold(p.Host, "localhost") {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	if a, err := netip.ParseAddr(p.Host); err == nil {
		return []netip.Addr{a.Unmap()}
	}
	return nil
}

func (p PassThrough) validate() error {
	if p.Port == 0 {
		return fmt.Errorf("isolation: Config.PassThrough for %q has no port", p.Host)
	}
	if p.literal() == nil {
		if _, ok := dns.IsDomainName(p.Host); !ok || p.Host == "" || strings.ContainsAny(p.Host, "*:/ ") {
			return fmt.Errorf("isolation: Config.PassThrough has host %q: give a host name or a literal address", p.Host)
		}
	}
	host, port, err := net.SplitHostPort(p.to())
	if _, perr := strconv.ParseUint(port, 10, 16); err != nil || perr != nil {
		return fmt.Errorf("isolation: Config.PassThrough for %q leads to %q: give host:port", p.Host, p.To)
	}
	if a, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !a.IsLoopback()) {
		return fmt.Errorf("isolation: Config.PassThrough for %q leads to %q: only this machine's loopback can stay reachable", p.Host, p.To)
	}
	return nil
}

// proxy carries connections through until close.
type proxy struct {
	ctx     context.Context
	cancel  context.CancelFunc
	serving sync.WaitGroup
}

func newProxy() *proxy {
	p := &proxy{}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// serve carries every connection of a listener to an address.
func (p *proxy) serve(l net.Listener, to string) {
	context.AfterFunc(p.ctx, func() { l.Close() })
	p.serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.serving.Go(func() { p.carry(c.(*net.TCPConn), to) })
		}
	})
}

func (p *proxy) carry(from *net.TCPConn, to string) {
	defer from.Close()
	var d net.Dialer
	c, err := d.DialContext(p.ctx, "tcp", to)
	if err != nil {
		from.SetLinger(0) // a reset: the nearest to a refusal that is left
		return
	}
	service := c.(*net.TCPConn)
	defer service.Close()
	defer context.AfterFunc(p.ctx, func() { from.Close(); service.Close() })()
	var both sync.WaitGroup
	for _, pair := range [][2]*net.TCPConn{{from, service}, {service, from}} {
		both.Go(func() {
			io.Copy(pair[0], pair[1])
			pair[0].CloseWrite()
		})
	}
	both.Wait()
}

func (p *proxy) close() {
	p.cancel()
	p.serving.Wait()
}
