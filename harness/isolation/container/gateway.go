package container

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/container/internal/standin"
)

// The subject's names for itself and its resolver, as in a sandbox.
const (
	subjectName = "subject"
	subjectAddr = "192.0.2.2"
)

var resolver = netip.MustParseAddr("169.254.169.253")

// newGateway creates the container whose network and process namespaces a
// subject shares. It is on no Docker network: what the subject can reach is
// what the gateway makes, and that is connected to the harness by the
// container's standard input and output alone.
func newGateway(ctx context.Context, docker *client.Client) (*attached, error) {
	image, err := gatewayImage(ctx)
	if err != nil {
		return nil, err
	}
	return create(ctx, docker,
		&container.Config{
			Image: image, Cmd: command(standin.Gateway), User: "0:0", Hostname: subjectName, OpenStdin: true,
			Labels: map[string]string{label: "gateway"},
		},
		&container.HostConfig{
			NetworkMode: "none",
			DNS:         []netip.Addr{resolver},
			DNSSearch:   []string{"."},
			ExtraHosts:  []string{subjectName + ":" + subjectAddr},
			Sysctls:     ipv6Sysctls,
			CapDrop:     []string{"ALL"},
			// To make a network namespace, to fill two, and to see what is refused.
			CapAdd:         []string{"SYS_ADMIN", "NET_ADMIN", "NET_RAW", "NET_BIND_SERVICE"},
			ReadonlyRootfs: true,
		})
}

// Engines switch IPv6 off in a container that is on no network with it.
var ipv6Sysctls = map[string]string{"net.ipv6.conf.all.disable_ipv6": "0", "net.ipv6.conf.default.disable_ipv6": "0"}

// link is the connection to a gateway: its standard input and output.
type link struct {
	streams client.HijackedResponse
	out     *io.PipeReader
	said    *tail
}

func newLink(streams client.HijackedResponse) *link {
	out, in := io.Pipe()
	l := &link{streams: streams, out: out, said: &tail{}}
	go func() {
		_, err := stdcopy.StdCopy(in, l.said, streams.Reader)
		if err == nil {
			err = io.EOF
		}
		in.CloseWithError(err)
	}()
	return l
}

func (l *link) Read(b []byte) (int, error)         { return l.out.Read(b) }
func (l *link) Write(b []byte) (int, error)        { return l.streams.Conn.Write(b) }
func (l *link) LocalAddr() net.Addr                { return l.streams.Conn.LocalAddr() }
func (l *link) RemoteAddr() net.Addr               { return l.streams.Conn.RemoteAddr() }
func (l *link) SetDeadline(t time.Time) error      { return l.streams.Conn.SetDeadline(t) }
func (l *link) SetReadDeadline(t time.Time) error  { return l.streams.Conn.SetReadDeadline(t) }
func (l *link) SetWriteDeadline(t time.Time) error { return l.streams.Conn.SetWriteDeadline(t) }

func (l *link) Close() error {
	l.out.Close()
	return l.streams.Conn.Close()
}

// tail keeps the end of what a gateway says on its standard error.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf.Write(b)
	if extra := t.buf.Len() - 4096; extra > 0 {
		t.buf.Next(extra)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return lastLine(bytes.NewReader(t.buf.Bytes()))
}

// join starts a gateway and meets it.
func join(ctx context.Context, gateway *attached, config isolation.Config) (*isolation.Network, error) {
	if err := gateway.start(ctx); err != nil {
		return nil, fmt.Errorf("the gateway's container does not start: %w", err)
	}
	l := newLink(gateway.streams)
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	n, err := isolation.Join(l, config)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if said := l.said.String(); said != "" {
			err = fmt.Errorf("%w; it said: %s", err, said)
		}
		return nil, err
	}
	return n, nil
}

func lastLine(r io.Reader) string {
	last := ""
	for s := bufio.NewScanner(r); s.Scan(); {
		if text := strings.TrimSpace(s.Text()); text != "" {
			last = text
		}
	}
	return last
}
