package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/hostproof/hostproof/harness/isolation"
)

// Process is a subject that runs in a container of its own.
type Process struct {
	ctx     context.Context
	config  isolation.Config
	docker  *client.Client
	subject *attached
	gateway *attached
	network *isolation.Network
	wiring  isolation.Wiring
	copied  sync.WaitGroup
	started time.Time

	timedOut, canceled, killed atomic.Bool

	done chan struct{} // closed when exit and err are set
	exit isolation.Exit
	err  error
}

// Start runs a container of an image as a subject, as isolation.Start runs a
// program, and returns when it runs. Of the Config, Argv is what follows the
// image in "docker run": arguments of its entrypoint, or else the command; it may
// be empty. Env comes over the environment of the image, and Dir and Files are
// paths in the container. A File whose Mode is a directory's makes a directory.
// PassThrough leads to this machine's loopback, through this process.
func Start(ctx context.Context, image string, config isolation.Config) (*Process, error) {
	if image == "" {
		return nil, errors.New("no image: name one that the Docker engine has")
	}
	docker, err := engine(ctx)
	if err != nil {
		return nil, err
	}
	sweepOnce(ctx)
	if config.CA == nil {
		if config.CA, err = isolation.NewCA(); err != nil {
			return nil, err
		}
	}
	p := &Process{ctx: ctx, config: config, docker: docker, done: make(chan struct{})}
	if err := p.start(image); err != nil {
		p.discard()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("isolation container: %w", err)
	}
	go p.supervise()
	return p, nil
}

func (p *Process) start(image string) error {
	var err error
	if p.gateway, err = newGateway(p.ctx, p.docker); err != nil {
		return err
	}
	// The subject's container is made while the gateway prepares the network.
	made := make(chan error, 1)
	go func() { made <- p.prepare(image) }()
	p.network, err = join(p.ctx, p.gateway, p.config)
	err = blamed(GatewayImageVariable, err)
	if made := <-made; err == nil {
		err = made
	}
	if err != nil {
		return err
	}
	p.copyStreams()
	p.started = time.Now()
	if err := p.subject.start(p.ctx); err != nil {
		return fmt.Errorf("image %s does not start: %s", image, oneLine(err.Error()))
	}
	return nil
}

// prepare creates the subject's container, and lays its files.
func (p *Process) prepare(image string) error {
	about, err := p.docker.ImageInspect(p.ctx, image)
	if cerrdefs.IsNotFound(err) {
		return fmt.Errorf("the Docker engine has no image %s: build or pull it first", image)
	}
	if err != nil {
		return err
	}
	env, wiring := p.config.TrustEnv()
	namespaces := "container:" + p.gateway.id
	p.subject, err = create(p.ctx, p.docker,
		&container.Config{Image: image, Cmd: p.config.Argv, Env: env, WorkingDir: p.config.Dir,
			OpenStdin: p.config.Stdin != nil, Labels: map[string]string{label: "subject"}},
		&container.HostConfig{NetworkMode: container.NetworkMode(namespaces), PidMode: container.PidMode(namespaces)})
	if err != nil {
		return err
	}
	v := &view{ctx: p.ctx, docker: p.docker, id: p.subject.id}
	trusting := p.config
	trusting.Env = env
	if about.Config != nil {
		trusting.Env = slices.Concat(about.Config.Env, p.config.Env)
		v.user = about.Config.User
	}
	trust := trusting.TrustFiles(v)
	p.wiring = isolation.Wiring{Env: wiring}
	for _, f := range trust {
		p.wiring.Files = append(p.wiring.Files, f.Path)
	}
	if i := slices.IndexFunc(p.config.Files, func(f isolation.File) bool { return f.From != "" }); i >= 0 {
		return fmt.Errorf("isolation container cannot show the directory %s as it changes: use the sandbox",
			p.config.Files[i].Path)
	}
	return v.place(slices.Concat(trust, p.config.Files))
}

func (p *Process) copyStreams() {
	out, errOut := p.config.Stdout, p.config.Stderr
	if out == nil {
		out = io.Discard
	}
	if errOut == nil {
		errOut = io.Discard
	}
	s := p.subject.streams
	p.copied.Go(func() { _, _ = stdcopy.StdCopy(out, errOut, s.Reader) }) // a writer that fails is its owner's
	if p.config.Stdin != nil {
		go func() {
			_, _ = io.Copy(s.Conn, p.config.Stdin)
			_ = s.CloseWrite()
		}()
	}
}

// supervise ends the subject when it is time, and notes how it ended.
func (p *Process) supervise() {
	defer close(p.done)
	stop := context.AfterFunc(p.ctx, func() { p.canceled.Store(true); p.end() })
	defer stop()
	if p.config.Timeout > 0 {
		t := time.AfterFunc(p.config.Timeout, func() { p.timedOut.Store(true); p.end() })
		defer t.Stop()
	}
	<-p.subject.ended
	p.exit.Duration = time.Since(p.started)
	p.copied.Wait()
	gone := p.network.Gone()
	p.exit.Unrecorded = p.network.Close()
	p.awaitGateway()
	p.subject.streams.Close()

	p.exit.Code = p.subject.status
	switch {
	case p.timedOut.Load():
		p.exit.TimedOut = true
	case p.canceled.Load():
		p.err = context.Cause(p.ctx)
	case p.killed.Load():
	case gone:
		p.err = errors.New(
			"isolation container: the gateway's container ended before the subject; the engine's log says why")
	default:
		p.err = p.subject.err
		return
	}
	p.exit.Code, p.exit.Signal = -1, syscall.SIGKILL
}

// patience is how long the engine may take to remove a container that ended.
const patience = 10 * time.Second

func (p *Process) awaitGateway() {
	select {
	case <-p.gateway.ended:
	case <-time.After(patience):
		_ = p.gateway.discard(p.ctx) // it has ended, or the next sweep finds it
	}
}

// end ends the subject and all that it started.
func (p *Process) end() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), patience)
	defer cancel()
	if _, err := p.docker.ContainerKill(ctx, p.subject.id, client.ContainerKillOptions{Signal: "KILL"}); err != nil &&
		!cerrdefs.IsNotFound(err) && !cerrdefs.IsConflict(err) {
		_ = p.gateway.discard(ctx) // its end is the subject's
	}
}

// discard removes what a start that failed has made.
func (p *Process) discard() {
	for _, a := range []*attached{p.subject, p.gateway} {
		if a != nil {
			_ = a.discard(p.ctx) // the first error is the one to report
		}
	}
	if p.network != nil {
		p.network.Close()
	}
}

// Wait waits for the subject to end, and for its containers to be gone. The
// error is of the harness or the engine; whatever the subject does is in the
// Exit. A signal that ends a program in a container is a code of 128 and its
// number.
func (p *Process) Wait() (isolation.Exit, error) {
	<-p.done
	return p.exit, p.err
}

// Kill ends the subject and its children at once.
func (p *Process) Kill() {
	p.killed.Store(true)
	p.end()
}

// Signal sends the subject a signal.
func (p *Process) Signal(sig syscall.Signal) error {
	_, err := p.docker.ContainerKill(p.ctx, p.subject.id, client.ContainerKillOptions{Signal: fmt.Sprint(int(sig))})
	return err
}

// Interrupt sends the subject's first process a signal, as docker run does.
func (p *Process) Interrupt(sig syscall.Signal) error { return p.Signal(sig) }

// Refused is what the subject could not reach so far, in the order of time. It
// is complete once Wait has returned.
func (p *Process) Refused() []isolation.Attempt { return p.network.Refused() }

// TLSFailures are the TLS connections of the subject that came to nothing so far.
func (p *Process) TLSFailures() []isolation.TLSFailure { return p.network.TLSFailures() }

// Wiring is what was added to the subject.
func (p *Process) Wiring() isolation.Wiring { return p.wiring }

// Interfaces are those of the network namespace of the subject, and of the one
// outside of it, with what they carried so far.
func (p *Process) Interfaces(ctx context.Context) ([]isolation.Interface, error) {
	return p.network.Interfaces(ctx)
}

// Inbound dials a port on which the subject listens, at any of its addresses, as
// isolation.Process.Inbound.
func (p *Process) Inbound(port uint16) func(ctx context.Context, network, address string) (net.Conn, error) {
	return p.network.Inbound(port, p.done)
}
