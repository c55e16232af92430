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
	"sync"
	"time"

	"github.com/libp2p/go-yamux/v5"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// Link is the harness's end.
type Link struct {
	// IPv6 says whether the gateway's kernel has it.
	IPv6 bool

	session *yamux.Session
	control *yamux.Stream
	receive *gob.Decoder

	sendMu sync.Mutex
	send   *gob.Encoder

	mu      sync.Mutex
	last    uint64
	pending map[uint64]chan reply
	sockets []*Socket
}

var errGone = errors.New("the container has ended")

// Connect meets the gateway at the other end of a connection.
func Connect(conn net.Conn) (*Link, error) {
	s, err := yamux.Client(conn, Session(), nil)
	if err != nil {
		return nil, err
	}
	l := &Link{session: s, pending: make(map[uint64]chan reply)}
	if l.control, err = s.OpenStream(context.Background()); err != nil {
		s.Close()
		return nil, fmt.Errorf("the gateway says nothing: %w", err)
	}
	l.send, l.receive = gob.NewEncoder(l.control), gob.NewDecoder(l.control)
	var h hello
	if err := l.receive.Decode(&h); err != nil {
		s.Close()
		return nil, fmt.Errorf("the gateway says nothing: %w", err)
	}
	l.IPv6 = h.IPv6
	return l, nil
}

// Open has the gateway prepare its network and open sockets, which are returned
// in the same order.
func (l *Link) Open(ipv6 bool, specs []nsinit.Socket) ([]*Socket, error) {
	for _, s := range specs {
		l.newSocket(s)
	}
	if err := l.send.Encode(setup{IPv6: ipv6, Sockets: specs}); err != nil {
		return nil, errGone
	}
	go l.dispatch()
	var r reply
	if err := l.receive.Decode(&r); err != nil {
		return nil, errGone
	}
	if r.Error != "" {
		return nil, fmt.Errorf("the gateway cannot %s: %s", r.Step, r.Error)
	}
	go l.replies()
	return l.sockets, nil
}

// Listen opens a listener while the subject runs.
func (l *Link) Listen(spec nsinit.Socket) (*Socket, error) {
	s := l.newSocket(spec)
	if _, err := l.ask(context.Background(), request{Listen: &listen{s.number, spec}}); err != nil {
		return nil, err
	}
	return s, nil
}

// ErrNotListening says that the subject does not listen at a port, yet.
var ErrNotListening = errors.New("the subject does not listen there")

// Dial connects to a port of the subject.
func (l *Link) Dial(ctx context.Context, port uint16) (net.Conn, error) {
	s, err := l.session.OpenStream(ctx)
	if err != nil {
		return nil, errGone
	}
	stop := context.AfterFunc(ctx, func() { s.Reset() })
	err = called(s, port)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		s.Reset()
		return nil, err
	}
	return s, nil
}

func called(s *yamux.Stream, port uint16) error {
	var answer status
	if binary.Write(s, binary.BigEndian, port) != nil || binary.Read(s, binary.BigEndian, &answer) != nil {
		return errGone
	}
	switch answer {
	case connected:
		return nil
	case notListening:
		return fmt.Errorf("port %d: %w", port, ErrNotListening)
	}
	var size uint16
	binary.Read(s, binary.BigEndian, &size)
	text, _ := io.ReadAll(io.LimitReader(s, int64(size)))
	return errors.New(string(text))
}

// Counters are those of the interfaces of both namespaces.
func (l *Link) Counters(ctx context.Context) ([]Counter, error) {
	r, err := l.ask(ctx, request{Count: true})
	return r.Counters, err
}

// Gone says whether the gateway has ended by itself.
func (l *Link) Gone() bool { return l.session.IsClosed() }

// Close ends the link, and with it the gateway.
func (l *Link) Close() error {
	err := l.session.Close()
	for _, s := range l.all() {
		s.Close()
	}
	return err
}

func (l *Link) newSocket(spec nsinit.Socket) *Socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &Socket{link: l, spec: spec, number: uint32(len(l.sockets)) + 1, arrived: make(chan struct{}, 1),
		closed: make(chan struct{})}
	l.sockets = append(l.sockets, s)
	return s
}

func (l *Link) all() []*Socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]*Socket(nil), l.sockets...)
}

func (l *Link) socket(number uint32) *Socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number == 0 || int64(number) > int64(len(l.sockets)) {
		return nil
	}
	return l.sockets[number-1]
}

// dispatch gives the streams that the gateway opens to their sockets, in order.
func (l *Link) dispatch() {
	for {
		stream, err := l.session.AcceptStream()
		if err != nil {
			break
		}
		var o opening
		s := (*Socket)(nil)
		if binary.Read(stream, binary.BigEndian, &o) == nil {
			s = l.socket(o.Number)
		}
		switch {
		case s == nil:
			stream.Reset()
		case o.Kind == drained:
			stream.Close()
			s.Close()
		default:
			s.push(&Conn{Stream: stream, from: o.from()})
		}
	}
	for _, s := range l.all() {
		s.Close()
	}
}

func (l *Link) replies() {
	for {
		var r reply
		if l.receive.Decode(&r) != nil {
			break
		}
		l.mu.Lock()
		answer := l.pending[r.ID]
		delete(l.pending, r.ID)
		l.mu.Unlock()
		if answer != nil {
			answer <- r
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, answer := range l.pending {
		close(answer)
	}
	l.pending = nil
}

func (l *Link) ask(ctx context.Context, r request) (reply, error) {
	answer := make(chan reply, 1)
	l.mu.Lock()
	if l.pending == nil {
		l.mu.Unlock()
		return reply{}, errGone
	}
	l.last++
	r.ID = l.last
	l.pending[r.ID] = answer
	l.mu.Unlock()

	l.sendMu.Lock()
	err := l.send.Encode(r)
	l.sendMu.Unlock()
	if err != nil {
		return reply{}, errGone
	}
	select {
	case got, ok := <-answer:
		switch {
		case !ok:
			return reply{}, errGone
		case got.Error != "":
			return got, errors.New(got.Error)
		}
		return got, nil
	case <-ctx.Done():
		return reply{}, context.Cause(ctx)
	}
}

// Conn is a connection of the subject.
type Conn struct {
	*yamux.Stream
	from net.Addr
}

// RemoteAddr is the subject's end.
func (c *Conn) RemoteAddr() net.Addr { return c.from }

// Socket is a socket of the gateway's: a listener, or one of packets.
type Socket struct {
	link   *Link
	spec   nsinit.Socket
	number uint32

	mu      sync.Mutex
	queue   []*Conn
	arrived chan struct{} // has one when the queue may have grown
	closed  chan struct{}
	once    sync.Once
}

func (s *Socket) push(c *Conn) {
	s.mu.Lock()
	s.queue = append(s.queue, c)
	s.mu.Unlock()
	select {
	case s.arrived <- struct{}{}:
	default:
	}
}

func (s *Socket) pop() *Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return nil
	}
	c := s.queue[0]
	s.queue = s.queue[1:]
	return c
}

// next waits for a stream. What came before Close is still returned.
func (s *Socket) next() (*Conn, error) {
	for {
		if c := s.pop(); c != nil {
			return c, nil
		}
		select {
		case <-s.arrived:
		case <-s.closed:
			if c := s.pop(); c != nil {
				return c, nil
			}
			return nil, net.ErrClosed
		}
	}
}

// Accept returns the next connection of a listener.
func (s *Socket) Accept() (net.Conn, error) {
	c, err := s.next()
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Addr is where the socket is.
func (s *Socket) Addr() net.Addr { return net.TCPAddrFromAddrPort(s.spec.Addr) }

// Close ends Accept, once it has returned what has arrived.
func (s *Socket) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// Drain has the gateway send what the kernel has accepted already, and then
// nothing more: Accept returns that, and then net.ErrClosed.
func (s *Socket) Drain() {
	if _, err := s.link.ask(context.Background(), request{Drain: &s.number}); err != nil {
		s.Close()
	}
}

// Packets reads and writes packets.
func (s *Socket) Packets() (*Packets, error) {
	c, err := s.next()
	if err != nil {
		return nil, errGone
	}
	p := &Packets{socket: s, stream: c, send: gob.NewEncoder(c), got: make(chan packet), done: make(chan struct{})}
	go p.run()
	return p, nil
}

// Packets is a socket of packets, a net.PacketConn.
type Packets struct {
	socket *Socket
	stream *Conn
	send   *gob.Encoder
	sendMu sync.Mutex
	got    chan packet // closed at the end
	done   chan struct{}
	once   sync.Once
}

func (p *Packets) run() {
	defer close(p.got)
	for receive := gob.NewDecoder(p.stream); ; {
		var next packet
		if receive.Decode(&next) != nil {
			return
		}
		select {
		case p.got <- next:
		case <-p.done:
			return
		}
	}
}

// Each calls f with every packet until the socket is drained, and returns how
// many the kernel had no room for.
func (p *Packets) Each(f func(from netip.Addr, data []byte)) (dropped int) {
	for next := range p.got {
		if next.Last {
			return next.Dropped
		}
		f(next.Peer.Addr(), next.Data)
	}
	return 0
}

// Drain has the gateway send what is left, and then nothing more.
func (p *Packets) Drain() {
	if _, err := p.socket.link.ask(context.Background(), request{Drain: &p.socket.number}); err != nil {
		p.Close()
	}
}

// ReadFrom reads a packet.
func (p *Packets) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case next, ok := <-p.got:
		if !ok {
			return 0, nil, net.ErrClosed
		}
		return copy(b, next.Data), net.UDPAddrFromAddrPort(next.Peer), nil
	case <-p.done:
		return 0, nil, net.ErrClosed
	}
}

// WriteTo sends a packet.
func (p *Packets) WriteTo(b []byte, to net.Addr) (int, error) {
	peer, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, fmt.Errorf("cannot send to %v", to)
	}
	p.sendMu.Lock()
	defer p.sendMu.Unlock()
	if err := p.send.Encode(packet{Peer: peer.AddrPort(), Data: b}); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Close ends reading.
func (p *Packets) Close() error {
	p.once.Do(func() { close(p.done); p.stream.Close() })
	return nil
}

// LocalAddr is where the socket is.
func (p *Packets) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(p.socket.spec.Addr) }

// SetDeadline is SetReadDeadline.
func (p *Packets) SetDeadline(t time.Time) error { return p.SetReadDeadline(t) }

// SetReadDeadline ends reading if the time has passed, by which servers say so;
// other deadlines are not kept.
func (p *Packets) SetReadDeadline(t time.Time) error {
	if !t.IsZero() && t.Before(time.Now()) {
		return p.Close()
	}
	return nil
}

// SetWriteDeadline does nothing: the link does not wait for the network.
func (p *Packets) SetWriteDeadline(time.Time) error { return nil }
