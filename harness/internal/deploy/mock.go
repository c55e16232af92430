package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/harness/internal/inmemory"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/admin"
)

// MockVariable names the environment variable that says where a deployment's
// mock AWS runs: "embedded" (the default) or "container".
const MockVariable = "HOSTPROOF_MOCK"

// Mock is a mock AWS that a deployment talks to; embedded or not, through the
// same management API.
type Mock struct {
	// URL is where AWS calls go, "http://127.0.0.1:45661". It is empty while a
	// mock has no port: only isolation endpoint opens one.
	URL string
	// Handler answers AWS calls in this process; nil: they are passed on.
	Handler http.Handler
	// Dial connects to a mock that has no port and is not in this process.
	Dial func(context.Context) (net.Conn, error)
	// DialOverTLS is Dial for clients whose TLS was ended here; nil where Dial is.
	DialOverTLS func(context.Context) (net.Conn, error)
	Admin       *admin.Client // its management API
	Close       func(context.Context) error

	port   sync.Mutex
	opened io.Closer
	local  http.RoundTripper // answers AWS calls; nil: by URL
	secure http.RoundTripper // the same, for clients whose TLS was ended here
}

// open gives a mock that has none a port of this machine, for programs that are led
// to it by a URL. Until then no other program of the machine can reach it.
func (m *Mock) open() error {
	m.port.Lock()
	defer m.port.Unlock()
	if m.URL != "" {
		return nil
	}
	if m.Dial != nil {
		r, err := newRelay(m.Dial)
		if err == nil {
			m.opened, m.URL = r, "http://"+r.Addr().String()
		}
		return err
	}
	l, err := mockaws.Listen("127.0.0.1:0", m.Handler)
	if err == nil {
		m.opened, m.URL = l, l.URL
	}
	return err
}

// closePort ends what open began.
func (m *Mock) closePort() error {
	m.port.Lock()
	defer m.port.Unlock()
	if m.opened == nil {
		return nil
	}
	return m.opened.Close()
}

// transport answers AWS calls of the harness's own, and the URL that it needs.
func (m *Mock) transport() (http.RoundTripper, string) {
	if m.local != nil {
		return m.local, "http://mock"
	}
	return http.DefaultTransport, m.URL
}

var (
	mocksMu sync.Mutex
	mocks   = map[string]func(context.Context) (*Mock, error){"embedded": startEmbedded}
)

// RegisterMock adds a way to run the mock; package
// harness/isolation/container registers "container" when it is imported.
func RegisterMock(name string, start func(context.Context) (*Mock, error)) {
	mocksMu.Lock()
	defer mocksMu.Unlock()
	mocks[name] = start
}

// mockMode is the mode that was asked for, by option or variable.
func mockMode(option string) string {
	if option != "" {
		return option
	}
	if fromEnv := os.Getenv(MockVariable); fromEnv != "" {
		return fromEnv
	}
	return "embedded"
}

func startMock(ctx context.Context, mode string) (*Mock, error) {
	mocksMu.Lock()
	start, known := mocks[mode], slices.Sorted(maps.Keys(mocks))
	mocksMu.Unlock()
	if start == nil && mode == "container" {
		return nil, fmt.Errorf(
			`%s=container: this program was built without it; import _ "github.com/hostproof/hostproof/harness/isolation/container"`, MockVariable)
	}
	if start == nil {
		return nil, fmt.Errorf("%s=%s: want one of %s", MockVariable, mode, strings.Join(known, ", "))
	}
	m, err := start(ctx)
	if err != nil {
		return nil, err
	}
	if m.Dial != nil {
		m.local = over(m.Dial)
	}
	if m.DialOverTLS != nil {
		m.secure = over(m.DialOverTLS)
	}
	end := m.Close
	m.Close = func(ctx context.Context) error { return errors.Join(m.closePort(), end(ctx)) }
	return m, nil
}

// over sends every request through connections of its own, whatever host its
// URL names: net/http repeats what fails on one that it has used before, and a
// connection may be broken on purpose. Requests are recorded as they were sent.
func over(dial func(context.Context) (net.Conn, error)) http.RoundTripper {
	return &http.Transport{
		DialContext:         func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		MaxIdleConnsPerHost: -1,
		DisableCompression:  true,
	}
}

// startEmbedded runs the mock in this process, without a port.
func startEmbedded(context.Context) (*Mock, error) {
	server := mockaws.New()
	aws, management := inmemory.Serve(server), inmemory.Serve(admin.Handler(server))
	m := &Mock{
		Handler: server,
		Admin:   admin.NewClientOver(management.Transport, "http://management"),
		local:   aws.Transport,
	}
	m.Close = func(context.Context) error {
		return errors.Join(aws.Close(), management.Close(), server.Close())
	}
	return m, nil
}
