package isolation

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Kind is what a subject is made of.
type Kind string

// The kinds.
const (
	Program Kind = "program" // a command of this machine
	Image   Kind = "image"   // an image of a container engine
	Func    Kind = "func"    // a Go function of this process
)

// Backend is one way to run a subject so that its calls meet the mock. Nothing
// outside of a backend's own package asks for its name to decide what to do: it
// asks the methods. A backend is added by a package with a type that has them and
// by one line in package harness/isolation/all.
type Backend interface {
	// Name is what the setting "isolation" calls it.
	Name() Mode
	// Runs says whether it runs subjects of a kind.
	Runs(Kind) bool
	// Limits says what it cannot hold or show, each in one sentence without a full
	// stop.
	Limits() []string
	// Blind says in one sentence what a run cannot know of its subject's calls;
	// empty where it sees all of them.
	Blind() string
	// OwnNetwork says that its subjects find AWS and the host's endpoints at their
	// real names and addresses, and nothing else of a network. Where it is false they
	// share this machine's network, and variables lead them to what lies on loopback.
	OwnNetwork() bool
	// Available is nil where it works, else one sentence that says why it does not
	// and what to do.
	Available(context.Context) error
	// Home is a subject's home, for a temporary directory of this machine. Any other
	// path is one that Start makes.
	Home(temporary string) string
	// Place puts an endpoint of the host where subjects find it.
	Place(HostEndpoint) (Placed, error)
	// PlaceFile says where a file of the host lies. A path that begins with ~/ is
	// below home.
	PlaceFile(path, home string) FilePlace
	// Start starts a subject of a kind that it runs, and returns when it runs.
	Start(context.Context, Subject) (Running, error)
}

// Subject is what a backend starts.
type Subject struct {
	Config
	Image string // for an Image: its reference; Argv is what follows it in "docker run"
	// Path is where a Program lies on this machine, as found in the harness's own PATH;
	// Argv[0] is what it is called.
	Path string
}

// HostEndpoint is a service of the host, such as the instance metadata.
type HostEndpoint struct {
	Name      string
	Addresses []string // host:port each, as on the host; the first is the main one
	Handler   http.Handler
	// Listen serves a handler on a free port of this machine's loopback, and
	// returns its address as host:port.
	Listen func(http.Handler) (address string, err error)
}

// Placed is where a backend put an endpoint.
type Placed struct {
	Address   string // host:port by which a subject calls it
	Elsewhere bool   // Address is not the host's own: clients have to be led to it
	// Addresses and Hosts are what Config wants for it.
	Addresses map[netip.AddrPort]http.Handler
	Hosts     map[string]http.Handler
}

// FilePlace is where a file of the host lies for a subject.
type FilePlace struct {
	Path  string // as the subject finds it
	Shown bool   // by Config.Files; else it is to be written at Path of this machine
	Live  bool   // the subject can see it change
	// LeftOut says that the backend cannot put it there: the subject finds what is there
	// anyway, or nothing.
	LeftOut bool
}

// OfTheKernel says whether a path is in a file system in which the kernel alone makes files.
func OfTheKernel(path string) bool {
	return slices.ContainsFunc([]string{"/proc/", "/sys/", "/dev/"}, func(dir string) bool {
		return strings.HasPrefix(path, dir)
	})
}

// AtItsOwn puts an endpoint at its real addresses and names, for backends whose
// subjects have a network of their own.
func AtItsOwn(e HostEndpoint) (Placed, error) {
	p := Placed{Address: e.Addresses[0], Addresses: map[netip.AddrPort]http.Handler{}, Hosts: map[string]http.Handler{}}
	for _, a := range e.Addresses {
		if at, err := netip.ParseAddrPort(a); err == nil {
			p.Addresses[at] = e.Handler
			continue
		}
		name, port, err := net.SplitHostPort(a)
		if err != nil || port != "443" && port != "80" {
			return Placed{}, fmt.Errorf(
				"endpoint %s of the host is at %q: the sandbox has names on ports 443 and 80 only", e.Name, a)
		}
		p.Hosts[name] = e.Handler
	}
	return p, nil
}

var (
	backendsMu sync.Mutex
	backends   []Backend // in the order in which Auto tries them
)

// Register adds backends to the list, in the order in which Auto tries them. One of
// a name that is listed takes that place, unless it is Absent.
func Register(add ...Backend) {
	backendsMu.Lock()
	defer backendsMu.Unlock()
	for _, b := range add {
		i := slices.IndexFunc(backends, func(other Backend) bool { return other.Name() == b.Name() })
		_, absent := b.(Absent)
		switch {
		case i < 0:
			backends = append(backends, b)
		case !absent:
			backends[i] = b
		}
	}
}

// Backends are those that are listed.
func Backends() []Backend {
	backendsMu.Lock()
	defer backendsMu.Unlock()
	return slices.Clone(backends)
}

// Names are what the setting "isolation" may say, Auto first.
func Names() []Mode {
	names := []Mode{Auto}
	for _, b := range Backends() {
		names = append(names, b.Name())
	}
	return names
}

// Find finds the backend of a name.
func Find(name Mode) (Backend, error) {
	for _, b := range Backends() {
		if b.Name() == name {
			return b, nil
		}
	}
	return nil, unknown(name)
}

// unknown is the error of a name that no backend has.
func unknown(name Mode) error {
	var known []string
	for _, n := range Names()[1:] {
		known = append(known, string(n))
	}
	return fmt.Errorf("isolation %q is not known: use %s or auto", name, strings.Join(known, ", "))
}

// For finds the first backend that runs subjects of a kind.
func For(kind Kind) (Backend, error) {
	for _, b := range Backends() {
		if b.Runs(kind) {
			return b, nil
		}
	}
	return nil, fmt.Errorf("no isolation of this program runs a subject that is a %s", kind)
}

// Choice is the backend that a setting stands for.
type Choice struct {
	Backend
	// Why says in one sentence why Auto did not choose the first backend of the list;
	// empty otherwise.
	Why string
}

// Choose finds the backend of a name. For Auto, and for the empty name, it is the
// first in the list that runs programs here.
func Choose(ctx context.Context, name Mode) (Choice, error) {
	if name, err := ParseMode(string(name)); err != nil || name != Auto {
		b, _ := Find(name)
		return Choice{Backend: b}, err
	}
	var why string
	for _, b := range Backends() {
		if !b.Runs(Program) {
			continue
		}
		err := b.Available(ctx)
		if err == nil {
			return Choice{b, why}, nil
		}
		if why == "" {
			why = err.Error()
		}
	}
	return Choice{}, fmt.Errorf("no isolation runs programs here: %s", why)
}

// Seer is the first listed backend whose runs see all calls of programs.
func Seer() (Backend, bool) {
	for _, b := range Backends() {
		if b.Runs(Program) && b.Blind() == "" {
			return b, true
		}
	}
	return nil, false
}
