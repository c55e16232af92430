package gateway

import (
	"context"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/libp2p/go-yamux/v5"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
	"github.com/hostproof/hostproof/harness/isolation/internal/rawsocket"
)

// gateway serves one harness.
type gateway struct {
	session    *yamux.Session
	namespaces *nsinit.Namespaces

	sendMu sync.Mutex
	send   *gob.Encoder

	mu      sync.Mutex
	drainer map[uint32]func()
}

// Serve is the life of a gateway: it prepares the network namespace that it is
// in, and serves the harness at the other end of the link until that ends.
func Serve(link net.Conn) error {
	s, err := yamux.Server(link, Session(), nil)
	if err != nil {
		return err
	}
	defer s.Close()
	control, err := s.AcceptStream()
	if err != nil {
		return err
	}
	g := &gateway{session: s, send: gob.NewEncoder(control), drainer: make(map[uint32]func())}
	receive := gob.NewDecoder(control)
	if err := g.begin(receive); err != nil {
		return err
	}
	go g.takeCalls()
	for {
		var r request
		if err := receive.Decode(&r); err != nil {
			return nil // the harness is gone
		}
		go g.serve(r)
	}
}

func (g *gateway) begin(receive *gob.Decoder) error {
	_, err := os.Stat("/proc/net/if_inet6")
	if err := g.send.Encode(hello{IPv6: err == nil}); err != nil {
		return err
	}
	var s setup
	if err := receive.Decode(&s); err != nil {
		return err
	}
	step, err := g.setUp(s)
	r := reply{}
	if err != nil {
		r.Step, r.Error = step, err.Error()
	}
	return errors.Join(g.send.Encode(r), err)
}

func (g *gateway) setUp(s setup) (step string, err error) {
	if g.namespaces, err = nsinit.Prepare(s.IPv6); err != nil {
		return "prepare the network", err
	}
	for i, socket := range s.Sockets {
		if err := g.open(uint32(i)+1, socket); err != nil {
			return fmt.Sprintf("open %s %v", socket.Network, socket.Addr), err
		}
	}
	return "", nil
}

// open opens a socket and begins to forward what it gets.
func (g *gateway) open(number uint32, s nsinit.Socket) error {
	fd, err := g.namespaces.Open(s)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), s.Network)
	switch s.Network {
	case "tcp":
		defer f.Close()
		l, err := net.FileListener(f)
		if err != nil {
			return err
		}
		g.acceptAll(number, l.(*net.TCPListener))
		return nil
	case "udp":
		defer f.Close()
		c, err := net.FilePacketConn(f)
		if err != nil {
			return err
		}
		return g.relay(number, c.(*net.UDPConn))
	default:
		return g.watch(number, f)
	}
}

func (g *gateway) serve(r request) {
	answer := reply{ID: r.ID}
	switch {
	case r.Listen != nil:
		if err := g.open(r.Listen.Number, r.Listen.Socket); err != nil {
			answer.Error = err.Error()
		}
	case r.Drain != nil:
		g.mu.Lock()
		drain := g.drainer[*r.Drain]
		delete(g.drainer, *r.Drain)
		g.mu.Unlock()
		if drain != nil {
			drain()
		}
	case r.Count:
		answer.Counters = g.count()
	}
	g.sendMu.Lock()
	defer g.sendMu.Unlock()
	g.send.Encode(answer) // a harness that is gone ends the gateway elsewhere
}

func (g *gateway) onDrain(number uint32, drain func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.drainer[number] = drain
}

func (g *gateway) stream(o opening) (*yamux.Stream, error) {
	s, err := g.session.OpenStream(context.Background())
	if err != nil {
		return nil, err
	}
	return s, o.write(s)
}

// acceptAll forwards the connections of a listener.
func (g *gateway) acceptAll(number uint32, l *net.TCPListener) {
	g.onDrain(number, func() { l.SetDeadline(time.Unix(1, 0)) })
	go func() {
		defer l.Close()
		for {
			c, err := l.AcceptTCP()
			if err != nil {
				break
			}
			g.forward(number, c)
		}
		for c := pending(l); c != nil; c = pending(l) {
			g.forward(number, c)
		}
		if s, err := g.stream(opening{Number: number, Kind: drained}); err == nil {
			s.Close()
		}
	}()
}

// pending is a connection that the kernel has accepted already; nil for none.
func pending(l *net.TCPListener) *net.TCPConn {
	raw, err := l.SyscallConn()
	if err != nil {
		return nil
	}
	fd := -1
	err = raw.Control(func(listener uintptr) {
		fd, _, _ = unix.Accept4(int(listener), unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK)
	})
	if err != nil || fd < 0 {
		return nil
	}
	return tcpConn(fd)
}

func tcpConn(fd int) *net.TCPConn {
	f := os.NewFile(uintptr(fd), "tcp")
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil
	}
	return c.(*net.TCPConn)
}

// forward gives a connection of the subject to the harness.
func (g *gateway) forward(number uint32, c *net.TCPConn) {
	from := c.RemoteAddr().(*net.TCPAddr).AddrPort()
	s, err := g.stream(opening{Number: number, Kind: connection, Addr: from.Addr().As16(), Port: from.Port()})
	if err != nil {
		c.Close()
		return
	}
	go join(c, s)
}

// join carries bytes between a connection and a stream until both have ended,
// and an end of either kind, orderly or not, across.
func join(c *net.TCPConn, s *yamux.Stream) {
	defer c.Close()
	defer s.Close()
	var both sync.WaitGroup
	both.Go(func() {
		if _, err := io.Copy(s, c); err != nil {
			s.Reset()
			return
		}
		s.CloseWrite()
	})
	both.Go(func() {
		if _, err := io.Copy(c, s); err != nil {
			c.SetLinger(0)
			c.Close()
			return
		}
		c.CloseWrite()
	})
	both.Wait()
}

// relay carries datagrams.
func (g *gateway) relay(number uint32, c *net.UDPConn) error {
	s, err := g.stream(opening{Number: number, Kind: packets})
	if err != nil {
		return err
	}
	go func() {
		send, buf := gob.NewEncoder(s), make([]byte, 64<<10)
		for {
			n, from, err := c.ReadFromUDPAddrPort(buf)
			if err != nil || send.Encode(packet{Peer: from, Data: buf[:n]}) != nil {
				return
			}
		}
	}()
	go func() {
		defer c.Close()
		for receive := gob.NewDecoder(s); ; {
			var p packet
			if receive.Decode(&p) != nil {
				return
			}
			c.WriteToUDPAddrPort(p.Data, p.Peer) // whoever asked may have gone
		}
	}()
	return nil
}

// watch sends the packets of a raw socket to the harness.
func (g *gateway) watch(number uint32, f *os.File) error {
	s, err := g.stream(opening{Number: number, Kind: packets})
	if err != nil {
		return err
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	w := &raws{send: gob.NewEncoder(s)}
	g.onDrain(number, func() { f.SetReadDeadline(time.Unix(1, 0)) })
	go func() {
		defer f.Close()
		defer s.Close()
		raw.Read(func(fd uintptr) bool {
			rawsocket.Drain(fd, w.buf[:], w.pass)
			return false // and wait for more, until the deadline
		})
		last := packet{Last: true}
		raw.Control(func(fd uintptr) {
			rawsocket.Drain(fd, w.buf[:], w.pass)
			last.Dropped = rawsocket.Dropped(fd)
		})
		w.send.Encode(last)
	}()
	return nil
}

type raws struct {
	send *gob.Encoder
	buf  [512]byte
}

// pass sends a packet on.
func (w *raws) pass(from netip.Addr, data []byte) {
	w.send.Encode(packet{Peer: netip.AddrPortFrom(from, 0), Data: data})
}

// takeCalls connects the harness to ports of the subject.
func (g *gateway) takeCalls() {
	for {
		s, err := g.session.AcceptStream()
		if err != nil {
			return
		}
		go g.call(s)
	}
}

func (g *gateway) call(s *yamux.Stream) {
	var port uint16
	if binary.Read(s, binary.BigEndian, &port) != nil {
		s.Reset()
		return
	}
	fd, err := g.namespaces.Dial(port)
	switch {
	case errors.Is(err, nsinit.ErrNotListening):
		s.Write([]byte{byte(notListening)})
		s.Close()
	case err != nil:
		text := err.Error()
		s.Write(append(binary.BigEndian.AppendUint16([]byte{byte(failed)}, uint16(len(text))), text...))
		s.Close()
	default:
		s.Write([]byte{byte(connected)})
		if c := tcpConn(fd); c != nil {
			join(c, s)
		} else {
			s.Reset()
		}
	}
}

// count reads the counters of the interfaces of both namespaces.
func (g *gateway) count() []Counter {
	all := counters(nsinit.Inside)
	g.namespaces.Outside(func() { all = append(all, counters(nsinit.Outside)...) })
	return all
}

func counters(where nsinit.Where) []Counter {
	links, err := netlink.LinkList()
	if err != nil {
		return []Counter{{Where: where, Name: err.Error(), Leaves: true}}
	}
	var list []Counter
	for _, l := range links {
		a := l.Attrs()
		c := Counter{Where: where, Name: a.Name, Leaves: a.Flags&net.FlagUp != 0 && a.Name != "lo" &&
			l.Type() != "veth"}
		if a.Statistics != nil {
			c.Packets = a.Statistics.RxPackets + a.Statistics.TxPackets
		}
		list = append(list, c)
	}
	return list
}
