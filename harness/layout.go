package harness

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws"
)

// layout is where the host's files and endpoints lie for a subject. In the
// sandbox they lie where they are on the host; under isolation.Endpoint they are
// in a temporary directory and on loopback.
type layout struct {
	mode      isolation.Mode
	values    map[string]string // endpoint.NAME.*, file.NAME
	files     []isolation.File  // to be placed by the sandbox
	addresses map[netip.AddrPort]http.Handler
	wiring    []Variable // of isolation.Endpoint: what leads SDKs to what lies elsewhere
	dropped   []string   // variables that cannot work there
	listeners []*mockaws.Listener
	contents  map[string]string // of files, by where they lie
}

func (d *Deployment) newLayout(mode isolation.Mode) (*layout, error) {
	l := &layout{mode: mode, values: map[string]string{}, addresses: map[netip.AddrPort]http.Handler{}, contents: map[string]string{}}
	for _, e := range d.host.Endpoints {
		handler, err := d.serve(e)
		if err != nil {
			return l, err
		}
		if err := l.place(e, handler, d.endpointToken(e.Name)); err != nil {
			return l, err
		}
	}
	for _, f := range d.host.Files {
		path, err := d.host.Expand(f.Path, d.staticValues())
		if err != nil {
			path = f.Path // the path needs what is only known later; writeFiles says so
		}
		l.values["file."+f.Name] = l.pathOf(path, d.dir)
	}
	if mode == isolation.Endpoint {
		l.wire("AWS_ENDPOINT_URL", d.mock.URL)
		if !d.offers("imds") {
			l.wire("AWS_EC2_METADATA_SERVICE_ENDPOINT", d.metadata.URL)
		}
	}
	return l, nil
}

func (d *Deployment) offers(kind string) bool {
	for _, e := range d.host.Endpoints {
		if e.Kind == kind {
			return true
		}
	}
	return false
}

func (l *layout) wire(name, value string) {
	l.wiring = append(l.wiring, Variable{Name: name, Value: value, SetBy: ByWiring})
}

// place puts an endpoint's handler where the subject finds it.
func (l *layout) place(e fixtures.Endpoint, handler http.Handler, token string) error {
	address := e.Addresses[0]
	if l.mode == isolation.Endpoint {
		listener, err := mockaws.Listen("127.0.0.1:0", handler)
		if err != nil {
			return err
		}
		l.listeners = append(l.listeners, listener)
		address = strings.TrimPrefix(listener.URL, "http://")
		l.lead(e, listener.URL)
	} else {
		for _, a := range e.Addresses {
			at, err := netip.ParseAddrPort(a)
			if err != nil {
				return fmt.Errorf("endpoint %s of the host is at %q, which is no address and port: the sandbox needs one", e.Name, a)
			}
			l.addresses[at] = handler
		}
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("endpoint %s: %w", e.Name, err)
	}
	at := "endpoint." + e.Name + "."
	l.values[at+"address"], l.values[at+"host"], l.values[at+"port"], l.values[at+"path"] = address, host, port, e.Path
	l.values[at+"url"], l.values[at+"token"] = "http://"+strings.TrimSuffix(address, ":80")+e.Path, token
	return nil
}

// lead tells SDKs about an endpoint on loopback whose real address they know
// themselves.
func (l *layout) lead(e fixtures.Endpoint, url string) {
	switch e.Kind {
	case "imds":
		l.wire("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
	case "ecs":
		// 169.254.170.2 is built into the SDKs for a relative URI, and a relative
		// URI wins over a full one.
		l.dropped = append(l.dropped, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
		l.wire("AWS_CONTAINER_CREDENTIALS_FULL_URI", url+e.Path)
	}
}

// pathOf is where a file lies for the subject.
func (l *layout) pathOf(path, home string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		return filepath.Join(home, rest)
	}
	if l.mode == isolation.Endpoint {
		return filepath.Join(home, ".host", path)
	}
	return path
}

// writeFiles fills the host's files and puts them in their places.
func (l *layout) writeFiles(files []fixtures.File, home string, values map[string]string) error {
	for _, f := range files {
		declared, content, err := f.Expand(values)
		if err != nil {
			return err
		}
		path := l.pathOf(declared, home)
		l.contents[path] = content
		if l.mode != isolation.Endpoint && !strings.HasPrefix(declared, "~/") {
			l.files = append(l.files, isolation.File{Path: path, Data: []byte(content), Mode: f.Perm()})
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), f.Perm()); err != nil {
			return err
		}
	}
	return nil
}

func (l *layout) close() {
	for _, listener := range l.listeners {
		_ = listener.Close() // nothing is lost with it
	}
}
