package deploy

import (
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/opened"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
)

// layout is where the host's files and endpoints lie for a subject, as its backend
// places them.
type layout struct {
	backend   isolation.Backend
	values    map[string]string // endpoint.NAME.*, file.NAME
	files     []isolation.File  // to be placed by the isolation
	addresses map[netip.AddrPort]http.Handler
	hosts     map[string]http.Handler // by name, on ports 443 and 80
	wiring    []ledger.Variable       // what leads SDKs to what lies elsewhere
	// by the variable that cannot work where an endpoint lies elsewhere, what does its work
	instead    map[string]ledger.Variable
	listeners  []*mockaws.Listener
	contents   map[string]string           // of files, by where they lie
	temporary  string                      // a directory of this machine, for what is shown live
	tokenFiles map[string]*tokenFile       // by path
	formers    map[string]diagnose.Rotated // by fingerprint
	opened     *opened.Watcher             // of a run: which files it opens
	watched    []fixtures.File             // what opened watches, in its order
	relative   string                      // the endpoint that AWS_CONTAINER_CREDENTIALS_RELATIVE_URI means
}

func (ev *environment) newLayout(b isolation.Backend) (*layout, error) {
	l := &layout{backend: b, temporary: ev.temporary, values: map[string]string{},
		addresses: map[netip.AddrPort]http.Handler{},
		hosts:     map[string]http.Handler{}, instead: map[string]ledger.Variable{}, contents: map[string]string{}}
	if uri, ok := ev.hostVariable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); ok {
		l.relative = endpointOf(uri)
	}
	handlerOf := ev.points.handlers(b.OwnNetwork())
	for _, e := range ev.host.Endpoints {
		handler, err := handlerOf(e)
		if err != nil {
			return l, err
		}
		if e.Addresses, err = ev.addresses(e); err != nil {
			return l, err
		}
		if err := l.place(e, handler, ev.points.endpointToken(e.Name)); err != nil {
			return l, err
		}
	}
	for _, name := range ev.issuerHosts() {
		if l.hosts[name] == nil {
			l.hosts[name] = ev.mock.handler()
		}
	}
	for _, f := range ev.host.Files {
		path, err := ev.host.Expand(f.Path, ev.staticValues())
		if err != nil {
			path = f.Path // the path needs what is only known later; writeFiles says so
		}
		l.values["file."+f.Name] = b.PlaceFile(path, b.Home(ev.dir)).Path
	}
	if !b.OwnNetwork() {
		return l, ev.leadToMock(l)
	}
	return l, nil
}

// endpointOf is the name in a value that is ${endpoint.NAME.path}.
func endpointOf(value string) string {
	name, _ := strings.CutPrefix(value, "${endpoint.")
	name, _, _ = strings.Cut(name, ".")
	return name
}

func (l *layout) wire(name, value string) {
	l.wiring = append(l.wiring, ledger.Variable{Name: name, Value: value, SetBy: ledger.ByWiring})
}

// point wires the variables that lead SDKs to an endpoint.
func (l *layout) point(pointers []pointer) {
	for _, p := range pointers {
		if p.insteadOf == "" {
			l.wire(p.name, p.value)
			continue
		}
		l.instead[p.insteadOf] = ledger.Variable{Name: p.name, Value: p.value, SetBy: ledger.ByWiring}
	}
}

// place puts an endpoint's handler where the subject finds it.
func (l *layout) place(e fixtures.Endpoint, handler http.Handler, token string) error {
	placed, err := l.backend.Place(isolation.HostEndpoint{Name: e.Name, Addresses: e.Addresses, Handler: handler,
		Listen: l.listen})
	if err != nil {
		return err
	}
	maps.Copy(l.addresses, placed.Addresses)
	maps.Copy(l.hosts, placed.Hosts)
	address := placed.Address
	lead := endpointKinds[e.Kind].lead
	if placed.Elsewhere && lead != nil && (e.Kind != "ecs" || e.Name == l.relative) {
		l.point(lead("http://"+address, e))
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("endpoint %s: %w", e.Name, err)
	}
	origin := originOf(address, port)
	at := "endpoint." + e.Name + "."
	l.values[at+"address"], l.values[at+"host"], l.values[at+"port"], l.values[at+"path"] = address, host, port, e.Path
	l.values[at+"origin"], l.values[at+"url"], l.values[at+"token"] = origin, origin+e.Path, token
	return nil
}

// originOf is the URL of an address, without the port that its scheme implies.
func originOf(address, port string) string {
	if port == "443" {
		return "https://" + strings.TrimSuffix(address, ":443")
	}
	return "http://" + strings.TrimSuffix(address, ":80")
}

// listen serves a handler on a free port of this machine until close.
func (l *layout) listen(handler http.Handler) (address string, err error) {
	listener, err := mockaws.Listen("127.0.0.1:0", handler)
	if err != nil {
		return "", err
	}
	l.listeners = append(l.listeners, listener)
	return strings.TrimPrefix(listener.URL, "http://"), nil
}

// writeFiles fills the host's files and puts them in their places. The temporary
// directory is the home of subjects that have it on this machine.
func (l *layout) writeFiles(files []fixtures.File, temporary string, values map[string]string) error {
	home := l.backend.Home(temporary)
	if home != temporary {
		l.files = append(l.files, isolation.File{Path: home, Mode: fs.ModeDir | 0o777})
	}
	for _, f := range files {
		declared, content, err := f.Expand(values)
		if err != nil {
			return err
		}
		place := l.backend.PlaceFile(declared, home)
		if place.LeftOut {
			continue
		}
		l.contents[place.Path] = content
		l.values["file."+f.Name] = place.Path // now with what only the seeded account tells
		switch {
		case place.Live && ofToken(f):
			err = l.placeToken(place, content, f)
		case place.Shown:
			l.files = append(l.files, isolation.File{Path: place.Path, Data: []byte(content), Mode: f.Perm()})
		default:
			err = writeHere(place.Path, content, f.Perm())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeHere writes a file of this machine.
func writeHere(path, content string, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), mode)
}

func (l *layout) close() {
	for _, listener := range l.listeners {
		_ = listener.Close() // nothing is lost with it
	}
}

// leadToMock sets what leads SDKs to the mock where the network is the
// machine's, and
// opens the ports that this takes.
func (ev *environment) leadToMock(l *layout) error {
	if err := ev.mock.open(); err != nil {
		return err
	}
	l.wire("AWS_ENDPOINT_URL", ev.mock.URL)
	// The AWS SDK for Go v2 reads no other variable for the calls of its
	// credential providers (config v1.33, resolve_credentials.go).
	l.wire("AWS_ENDPOINT_URL_STS", ev.mock.URL)
	if slices.ContainsFunc(ev.host.Endpoints, fixtures.Endpoint.AtInstanceMetadata) {
		return nil
	}
	at, err := ev.points.noMetadataURL()
	if err != nil {
		return err
	}
	l.wire("AWS_EC2_METADATA_SERVICE_ENDPOINT", at)
	return nil
}
