// Package gateway is what stands in a container between a subject and its
// harness: the gateway itself, which is in charge of the network namespace that
// the subject shares with it, and the harness's end of the link to it.
//
// The link is one stream of bytes, the gateway's standard input and output, and
// carries many (yamux). The harness opens the first, for requests and replies as
// values of encoding/gob. Each connection that the subject makes, and each
// socket of packets, is a stream that the gateway opens, with an opening; each
// call to a port of the subject is one that the harness opens, with a port.
// When the link ends, so does the gateway, and with it the subject, whose
// process namespace is the gateway's.
package gateway

import (
	"encoding/binary"
	"io"
	"log"
	"net"
	"net/netip"
	"time"

	"github.com/libp2p/go-yamux/v5"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// hello is what the gateway says first.
type hello struct {
	IPv6 bool // its kernel has it
}

// setup is what the harness answers: the sockets to open before the subject
// begins. A socket's number is its place, from 1: gob does not send a zero.
type setup struct {
	IPv6    bool
	Sockets []nsinit.Socket
}

// request asks for one thing, by the field that is set.
type request struct {
	ID     uint64
	Listen *listen
	Drain  *uint32 // the number of a socket: no more of it than what is there
	Count  bool    // the counters of the interfaces
}

// listen opens a listener under a number of the harness's choice.
type listen struct {
	Number uint32
	Socket nsinit.Socket
}

// reply answers a request, and the setup with ID 0.
type reply struct {
	ID       uint64
	Step     string // what failed
	Error    string
	Counters []Counter
}

// Counter is what an interface has carried.
type Counter struct {
	Where   nsinit.Where
	Name    string
	Packets uint64 // sent and received
	Leaves  bool   // it is up, and neither lo nor the link between the namespaces
}

// opening begins a stream that the gateway opens, in big endian.
type opening struct {
	Number uint32
	Kind   kind
	Addr   [16]byte // of the subject, of a connection
	Port   uint16
}

type kind uint8

const (
	connection kind = iota + 1
	packets         // values of packet follow, in both directions
	drained         // there will be no more of a listener's connections
)

func (o opening) from() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom16(o.Addr).Unmap(), o.Port))
}

func (o opening) write(w io.Writer) error { return binary.Write(w, binary.BigEndian, o) }

// packet is one that a socket received or is to send. The last has none, and
// tells how many the kernel had no room for.
type packet struct {
	Peer    netip.AddrPort
	Data    []byte
	Last    bool
	Dropped int
}

// status answers a call to a port of the subject.
type status uint8

const (
	connected status = iota + 1
	notListening
	failed // a message follows: its length in two bytes, and the text
)

// Session says how streams share the link. It is a pipe that ends with either
// process, so that nobody need ask whether the other lives.
func Session() *yamux.Config {
	c := yamux.DefaultConfig()
	c.EnableKeepAlive = false
	c.MeasureRTTInterval = time.Hour
	c.AcceptBacklog = 4096
	c.MaxIncomingStreams = 1 << 16
	c.ConnectionWriteTimeout = time.Minute
	c.LogOutput = log.New(io.Discard, "", 0).Writer()
	return c
}
