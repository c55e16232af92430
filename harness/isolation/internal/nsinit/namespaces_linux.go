package nsinit

// Namespaces are a subject's network namespace, which is the one that this
// process is in, and the one outside of it.
type Namespaces struct{ outside *thread }

// Prepare makes the outside namespace and all that leads to it. What this
// process's namespace had for eth0 and a default route must be nothing.
func Prepare(ipv6 bool) (*Namespaces, error) {
	outside, err := prepareNetwork(ipv6)
	if err != nil {
		return nil, err
	}
	return &Namespaces{outside}, nil
}

// Open opens a socket, not blocking and close-on-exec.
func (n *Namespaces) Open(s Socket) (fd int, err error) { return openSocket(s, n.outside) }

// Outside runs a function on a thread that is in the outside namespace.
func (n *Namespaces) Outside(f func()) { n.outside.run(f) }

// Dial connects to a port of the subject. ErrNotListening says that it is to be
// tried again.
func (n *Namespaces) Dial(port uint16) (fd int, err error) { return dial(port) }
