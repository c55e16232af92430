package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation"
)

// sandbox is what a subject finds behind the real names and addresses.
type sandbox struct {
	aws    http.Handler
	ca     *isolation.CA
	layout *layout
}

// inSandbox runs the program where it cannot tell the mock from AWS.
func (c *CommandSubject) inSandbox(ctx context.Context, e *execution) (*outcome, error) {
	var stdout, stderr tail
	dir := c.Dir
	if dir == "" {
		dir = e.dir
	}
	p, err := isolation.Start(ctx, isolation.Config{
		Argv: c.Argv, Env: e.env.Environ(), Dir: dir, Stdin: c.Stdin,
		Stdout: stdout.with(e.stdout), Stderr: stderr.with(e.stderr),
		AWS: e.sandbox.aws, CA: e.sandbox.ca, Timeout: e.timeout,
		Addresses: e.sandbox.layout.addresses, Hosts: e.sandbox.layout.hosts, Files: e.sandbox.layout.files,
	})
	if err != nil {
		return nil, fmt.Errorf("the subject %q cannot be started in a sandbox: %w", c.Argv[0], err)
	}
	exit, err := p.Wait()
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	out := &outcome{
		exitCode: exit.Code, timedOut: exit.TimedOut, stdout: stdout.bytes(), stderr: stderr.bytes(),
		refused: p.Refused(), tlsFailures: p.TLSFailures(), wiring: p.Wiring().Env,
	}
	if exit.Signal != 0 {
		out.signal = exit.Signal.String()
	}
	return out, nil
}

// handler answers AWS calls: the mock itself, or a proxy to it that leaves host
// and path as they are, since both are signed.
func (m *Mock) handler() http.Handler {
	if m.Handler != nil {
		return m.Handler
	}
	target, err := url.Parse(m.URL)
	if err != nil {
		return http.NotFoundHandler()
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			path, _, _ := strings.Cut(r.In.RequestURI, "?")
			r.Out.Host = r.In.Host
			r.Out.URL = &url.URL{Scheme: target.Scheme, Host: target.Host, Opaque: path, RawQuery: r.In.URL.RawQuery, ForceQuery: r.In.URL.ForceQuery}
		},
		FlushInterval: -1,
	}
}
