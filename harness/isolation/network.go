package isolation

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/internal/gateway"
	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// Network is what a subject can reach that somebody else runs, in a network
// namespace of which a gateway is in charge: package container. It answers as
// the sandbox does, and records what it refuses.
type Network struct {
	link  *gateway.Link
	world *world
}

// Join begins to answer for a subject, through the gateway at the other end of
// a connection, and returns when the subject may begin. Of the Config it takes
// AWS, Hosts, Addresses, PassThrough and CA, which has to be there.
func Join(conn net.Conn, config Config) (*Network, error) {
	if err := config.validateNetwork(); err != nil {
		return nil, err
	}
	link, err := gateway.Connect(conn)
	if err != nil {
		return nil, fmt.Errorf("isolation: %w", err)
	}
	n := &Network{link: link, world: newWorld(&config, link.IPv6)}
	if err := n.open(); err != nil {
		link.Close()
		n.world.close()
		return nil, fmt.Errorf("isolation: %w", err)
	}
	return n, nil
}

func (n *Network) open() error {
	specs := n.world.sockets()
	sockets, err := n.link.Open(n.link.IPv6, specs)
	if err != nil {
		return err
	}
	var all []opened
	for _, s := range sockets {
		all = append(all, forwarded{s})
	}
	return n.world.open(networkGround{n.link}, all)
}

// Close ends answering, and with it the gateway, and returns how many refusals
// the kernel had no room to hand over. The subject has ended.
func (n *Network) Close() (unrecorded int) {
	unrecorded = n.world.close()
	n.link.Close()
	return unrecorded
}

// Gone says, before Close, whether the gateway has ended by itself.
func (n *Network) Gone() bool { return n.link.Gone() }

// Refused is what the subject could not reach so far, in the order of time. It
// is complete after Close.
func (n *Network) Refused() []Attempt { return n.world.refused.list() }

// TLSFailures are the TLS connections of the subject that came to nothing so far.
func (n *Network) TLSFailures() []TLSFailure { return n.world.web.failures.all() }

// Inbound is as that of a sandbox's Process; done is closed when the subject
// has ended.
func (n *Network) Inbound(port uint16, done <-chan struct{}) func(ctx context.Context, network,
	address string) (net.Conn, error) {
	return inbound(port, done, func(ctx context.Context) (net.Conn, bool, error) {
		c, err := n.link.Dial(ctx, port)
		return c, errors.Is(err, gateway.ErrNotListening), err
	})
}

// Interface is what one of the interfaces of the subject's network carried.
type Interface struct {
	Name    string
	Subject bool   // the subject's own; else one of the world outside of it
	Leaves  bool   // it leads out of both
	Packets uint64 // sent and received
}

// Interfaces are all that there are.
func (n *Network) Interfaces(ctx context.Context) ([]Interface, error) {
	counters, err := n.link.Counters(ctx)
	var list []Interface
	for _, c := range counters {
		list = append(list, Interface{c.Name, c.Where == nsinit.Inside, c.Leaves, c.Packets})
	}
	return list, err
}

// networkGround is the ground that a gateway is in charge of.
type networkGround struct{ link *gateway.Link }

func (g networkGround) listen(s nsinit.Socket) (drainable, error) { return g.link.Listen(s) }

// forwarded is a socket of a gateway's.
type forwarded struct{ socket *gateway.Socket }

func (f forwarded) listener() (drainable, error) { return f.socket, nil }

func (f forwarded) packets() (net.PacketConn, error) { return f.socket.Packets() }

func (f forwarded) watch(note func(from netip.Addr, packet []byte)) (watcher, error) {
	p, err := f.socket.Packets()
	if err != nil {
		return nil, err
	}
	w := &forwardedWatcher{packets: p, dropped: make(chan int, 1)}
	go func() { w.dropped <- p.Each(note) }()
	return w, nil
}

type forwardedWatcher struct {
	packets *gateway.Packets
	dropped chan int
}

func (w *forwardedWatcher) close() (dropped int) {
	w.packets.Drain()
	defer w.packets.Close()
	return <-w.dropped
}

// Loopback dials a port of this machine's loopback on which a subject listens
// that is not isolated, as a sandbox's Inbound does.
func Loopback(port uint16, done <-chan struct{}) func(ctx context.Context, network, address string) (net.Conn, error) {
	return inbound(port, done, func(ctx context.Context) (c net.Conn, refused bool, err error) {
		var d net.Dialer
		for _, host := range []string{"127.0.0.1", "::1"} {
			if c, err = d.DialContext(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(int(port)))); err == nil {
				return c, false, nil
			}
		}
		return nil, ctx.Err() == nil, err
	})
}

// inbound dials a port on which a subject listens, again and again until it
// does. Each try says whether the error is that it does not yet.
func inbound(port uint16, done <-chan struct{}, try func(context.Context) (c net.Conn, refused bool,
	err error)) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		const shortest, longest = time.Millisecond, 50 * time.Millisecond
		var last error // the last refusal
		for wait := shortest; ; wait = min(2*wait, longest) {
			c, refused, err := try(ctx)
			switch {
			case err == nil:
				return c, nil
			case !refused && last != nil && ctx.Err() != nil: // the time ended during a try
				return nil, fmt.Errorf("no answer at port %d: %w: %w", port, last, context.Cause(ctx))
			case !refused:
				return nil, fmt.Errorf("no answer at port %d: %w", port, err)
			}
			last = err
			// The kernel tells nobody that a socket begins to listen.
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return nil, fmt.Errorf("no answer at port %d: %w: %w", port, err, context.Cause(ctx))
			case <-done:
				timer.Stop()
				return nil, fmt.Errorf("no answer at port %d: %w", port, errGone)
			}
		}
	}
}

var errGone = errors.New("the subject has ended")
