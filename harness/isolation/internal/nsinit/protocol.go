// Package nsinit is the init process of a sandbox, and the words in which the
// harness speaks to it. Importing the package is enough: its initialiser turns
// a process whose argv[0] is [Marker] into that init, before main starts.
//
// The two share a socket of type SOCK_SEQPACKET, one JSON value a message,
// descriptors as SCM_RIGHTS. The harness sends a Request, the init answers with
// the Reply of the same ID. Three replies come unasked, with ID 0: Started, with
// the descriptors that the Spec asked for in its order, Met, and Exited.
package nsinit

import (
	"net/netip"

	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// Marker is the argv[0] of an init.
const Marker = "hostproof-sandbox-init"

// Descriptors that the harness hands to the init, beside the subject's 0 to 2.
const (
	ControlFD = 3 // the socket
	SpecFD    = 4 // a memfd with the Spec as JSON
	TreeFD    = 5 // the first of the mounts of Spec.Tree
)

// HolderMarker is the argv[0] of a process that holds a user namespace until its standard input
// ends.
const HolderMarker = "hostproof-namespace-holder"

// Where is one of the sandbox's two network namespaces.
type Where string

// The namespaces.
const (
	Inside  Where = "inside"  // the subject's
	Outside Where = "outside" // all the world, as the subject sees it
)

// The two ends of the link between the namespaces: /31 and /127, so that the
// subject has no other neighbour. Ranges for documentation, RFC 5737 and 3849.
var (
	SubjectIPv4 = netip.MustParsePrefix("192.0.2.2/31")
	GatewayIPv4 = netip.MustParsePrefix("192.0.2.3/31")
	SubjectIPv6 = netip.MustParsePrefix("2001:db8::2/127")
	GatewayIPv6 = netip.MustParsePrefix("2001:db8::3/127")
)

// Spec is what the init is to prepare and to start.
type Spec struct {
	Argv    []string
	Env     []string
	Dir     string
	Files   []File
	Mask    []string // paths that, if they exist, show an empty file
	Wall    Wall
	Sockets []Socket
	IPv6    bool
	// OpenNetwork leaves the subject the machine's network. There are no Sockets then.
	OpenNetwork bool `json:",omitempty"`
	// Terminal, if set, gives the subject a terminal of its own in place of the three
	// streams. Its other end follows the descriptors of Sockets.
	Terminal *Size `json:",omitempty"`
	// Tree are the paths of mounts that make up the machine's files, the root first; their
	// descriptors begin at TreeFD. Without it the files are those that the init has.
	Tree []string `json:",omitempty"`
	// Needs are places that the subject was given; the init does not ask for them.
	Needs  []string `json:"-"`
	Bounds Bounds
	// Lacks is what was found before that this machine does not give, as in Reply.
	Lacks []string `json:",omitempty"`
	// Probe is to prepare everything and to start nothing.
	Probe bool
}

// Size is how large a terminal is, in characters.
type Size struct{ Rows, Columns uint16 }

// Bounds are how much the subject may use; zero is no bound.
type Bounds struct {
	Processes    int   // processes and threads at a time
	Memory, Disk int64 // bytes
}

// Wall says what becomes of the machine's files, all of which are read-only otherwise.
type Wall struct {
	// Writable directories stay what they are, and what is written there stays.
	Writable []string `json:",omitempty"`
	// ReadOnly are places in them that are not.
	ReadOnly []string `json:",omitempty"`
	// Private directories can be written, and what is written there is gone afterwards.
	Private []string `json:",omitempty"`
	// Hide are places that are empty, if they are there at all.
	Hide []string `json:",omitempty"`
}

// File is content at a path of the subject's view.
type File struct {
	Path string
	Data []byte
	Mode uint32
	// From is a directory that is shown at Path instead of Data.
	From string `json:",omitempty"`
	// Existing is to skip the file where nothing is at its path.
	Existing bool `json:",omitempty"`
}

// Socket is one to open: a listener or bound socket of network "tcp" or "udp",
// or one of the raw sockets, without an address.
type Socket struct {
	Where   Where
	Network string
	Addr    netip.AddrPort `json:",omitzero"`
}

// Networks of raw sockets, as in net.ListenIP. Between them they see every
// refusal that reaches the subject: TCP resets, and ICMP destination unreachable.
//
// Raw sockets and not a packet socket: the kernel lets that one go only after a
// grace period of RCU (packet_release in net/packet/af_packet.c), which takes 10 ms
// on some machines, and every sandbox would pay it.
const (
	RawTCP4  = "ip4:tcp"
	RawICMP4 = "ip4:icmp"
	RawTCP6  = "ip6:tcp"
	RawICMP6 = "ip6:ipv6-icmp"
)

// Request asks the running init for one thing, by the field that is set.
type Request struct {
	ID     uint64
	Listen *Socket `json:",omitempty"` // answered with a descriptor
	Dial   uint16  `json:",omitempty"` // connect to what the subject listens on; answered with a descriptor
	Signal int     `json:",omitempty"` // send the subject a signal
	Group  bool    `json:",omitempty"` // with Signal: send it to the subject's process group
}

// Reply answers a Request, or tells news.
type Reply struct {
	ID    uint64
	Error string `json:",omitempty"`
	Step  string `json:",omitempty"` // with an Error before Started: what failed
	// with a Step: the error number, if the system refused it; 0 if the Spec cannot be met
	Errno   int  `json:",omitempty"`
	Refused bool `json:",omitempty"` // with the Error of a Dial: nothing listens there yet
	Started bool `json:",omitempty"`
	// Lacks, with Started, is what this kernel does not give, each in a sentence without a full stop.
	Lacks  []string `json:",omitempty"`
	Exited *Exit    `json:",omitempty"`
	// Met is a bound that the subject met; it comes once for each, when it is seen.
	Met *seen.Met `json:",omitempty"`
}

// Exit is the subject's wait status and wall time in nanoseconds.
type Exit struct {
	Status      uint32
	Nanoseconds int64
}
