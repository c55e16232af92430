package isolation

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness/internal/ports"
	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// Process is a running sandbox and the subject in it.
type Process struct {
	config   Config
	init     *initProcess
	world    *world
	wiring   Wiring
	started  time.Time
	ours     []uint16 // ports that the sandbox itself listens at
	stopping sync.Once
	ports    []uint16 // at which the subject listened when it was ended
	timedOut atomic.Bool
	canceled atomic.Bool
	killed   atomic.Bool
	ctx      context.Context

	done chan struct{} // closed when exit and err are set
	exit Exit
	err  error
}

// Start starts a subject in a sandbox, and returns when it runs. It runs until
// it ends, the context ends, Config.Timeout passes, or Kill is called; what it
// started ends with it. Wait tells how.
func Start(ctx context.Context, config Config) (*Process, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	var err error
	if config.CA == nil {
		if config.CA, err = NewCA(); err != nil {
			return nil, err
		}
	}
	// What is mounted inside may hide the directory that a relative path begins at.
	if config.Dir, err = filepath.Abs(config.Dir); err != nil {
		return nil, err
	}
	p := &Process{config: config, ctx: ctx, done: make(chan struct{})}
	if err := p.start(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Process) start() (err error) {
	trust := newTrust(&p.config, here{})
	p.world = newWorld(&p.config, hasIPv6())
	defer func() {
		if err != nil {
			p.world.close()
		}
	}()
	ours := slices.Concat(resolverFiles(), trust.viewFiles())
	added := slices.Concat(trust.env, p.config.terminalEnv())
	p.wiring = Wiring{Env: added, Files: paths(ours)}
	wall, needs := p.config.wall()
	spec := &nsinit.Spec{
		Argv:    p.config.Argv,
		Env:     mergeEnv(p.config.Env, added),
		Dir:     p.config.Dir,
		Files:   slices.Concat(ours, viewFiles(p.config.Files)),
		Mask:    []string{"/run/nscd/socket", "/var/run/nscd/socket"},
		Wall:    wall,
		Bounds:  p.config.bounds(),
		Needs:   needs,
		Sockets: p.world.sockets(),
		IPv6:    hasIPv6(),
	}
	if p.init, err = launch(spec, p.config.streams()); err != nil {
		return err
	}
	fds, err := p.init.awaitStart(p.ctx)
	if err != nil {
		return err
	}
	p.started = time.Now()
	fds = p.init.streams.takeTerminal(fds)
	sockets, err := handedOver(fds, len(spec.Sockets))
	if err == nil {
		err = p.world.open(sandboxGround{p.init.control}, sockets)
	}
	if err != nil {
		p.init.kill()
		p.init.end()
		return err
	}
	p.ours = ports.OfNamespace(p.init.cmd.Process.Pid)
	go p.supervise()
	return nil
}

func (c *Config) streams() streams { return streams{c.Stdin, c.Stdout, c.Stderr, c.Terminal} }

// terminalEnv says what kind of terminal a subject's own is, if nothing else does: what it
// prints is shown at one that understands the most common sequences.
func (c *Config) terminalEnv() []string {
	if _, set := environment(c.Env)["TERM"]; set || !c.Terminal {
		return nil
	}
	return []string{"TERM=xterm-256color"}
}

// awaitStart waits until the subject runs. If it does not, nothing is left.
func (p *initProcess) awaitStart(ctx context.Context) ([]int, error) {
	var err error
	select {
	case r := <-p.control.first:
		if r.Error == "" {
			p.lacks = r.Lacks
			return r.fds, nil
		}
		err = failedStep(r.Reply)
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-p.control.done:
		select {
		case r := <-p.control.first: // it came just before the end
			if r.Error == "" {
				p.lacks = r.Lacks
				return r.fds, nil
			}
			err = failedStep(r.Reply)
		default:
		}
	}
	p.kill()
	ended := p.end()
	if err == nil {
		err = fmt.Errorf("isolation: the sandbox's init ended before it had begun: %v", ended)
	}
	return nil, err
}

// end waits for the init to end, and releases what belongs to it.
func (p *initProcess) end() error {
	err := <-p.ended
	<-p.control.done // it has read what the init sent last
	p.control.close()
	if p.streams.stdin != nil {
		p.streams.stdin.Close()
	}
	return err
}

// supervise ends the sandbox when it is time, and notes how it ended.
func (p *Process) supervise() {
	defer close(p.done)
	stop := context.AfterFunc(p.ctx, func() { p.end(&p.canceled) })
	defer stop()
	if p.config.Timeout > 0 {
		t := time.AfterFunc(p.config.Timeout, func() { p.end(&p.timedOut) })
		defer t.Stop()
	}
	waitErr := p.init.end()
	took := time.Since(p.started)
	unrecorded := p.world.close()

	exit, ok := p.init.control.exited()
	exit.Unrecorded, exit.Listening = unrecorded, p.listened()
	p.exit = exit
	defer func() { p.exit.Met = p.met() }()
	if ok {
		p.err = copyError(waitErr)
		return
	}
	p.exit.Duration = took
	switch {
	case p.timedOut.Load():
		p.exit.TimedOut = true
	case p.canceled.Load():
		p.err = context.Cause(p.ctx)
	case p.killed.Load():
	default:
		p.err = fmt.Errorf("isolation: the sandbox's init ended before its subject: %s%v", p.init.control.failure,
			waitErr)
	}
}

// copyError is what exec.Cmd.Wait found wrong other than the init's exit: the
// output could not be copied.
func copyError(err error) error {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil
	}
	return err
}

// Wait waits for the subject to end. The error is of the harness: the context's
// cause if the context ended the subject, or output that could not be copied.
// Whatever the subject does is in the Exit. Wait may be called more than once.
func (p *Process) Wait() (Exit, error) {
	<-p.done
	return p.exit, p.err
}

// Kill ends the subject and its children at once.
func (p *Process) Kill() { p.end(&p.killed) }

// end ends the subject from outside, and notes for what reason and at which
// ports it listened until then.
func (p *Process) end(reason *atomic.Bool) {
	reason.Store(true)
	p.stopping.Do(func() {
		for _, port := range ports.OfNamespace(p.init.cmd.Process.Pid) {
			if !slices.Contains(p.ours, port) {
				p.ports = append(p.ports, port)
			}
		}
	})
	p.init.kill()
}

// listened are the ports that end noted. Nothing is noted after it was called.
func (p *Process) listened() []uint16 {
	p.stopping.Do(func() {})
	return p.ports
}

// Signal sends the subject a signal.
func (p *Process) Signal(sig syscall.Signal) error {
	return p.signal(nsinit.Request{Signal: int(sig)})
}

func (p *Process) signal(request nsinit.Request) error {
	_, err := p.init.control.ask(context.WithoutCancel(p.ctx), request)
	if errors.Is(err, errGoneMeanwhile) {
		return nil // most likely by this signal
	}
	return err
}

// Interrupt sends a signal to the subject and what it has started, as a terminal
// does with the programs in its foreground: to all that have not left the
// subject's process group.
func (p *Process) Interrupt(sig syscall.Signal) error {
	return p.signal(nsinit.Request{Signal: int(sig), Group: true})
}

// Refused is what the subject could not reach so far, in the order of time. It
// is complete once Wait has returned.
func (p *Process) Refused() []Attempt { return p.world.refused.list() }

// TLSFailures are the TLS connections of the subject that came to nothing so far.
func (p *Process) TLSFailures() []TLSFailure { return p.world.web.failures.all() }

// Wiring is what the sandbox added to the subject.
func (p *Process) Wiring() Wiring { return p.wiring }

// Inbound dials a port on which the subject listens, at any of its addresses. It
// waits until the subject does listen, as long as the context and the subject
// last. It fits http.Transport.DialContext: network and address are not used.
func (p *Process) Inbound(port uint16) func(ctx context.Context, network, address string) (net.Conn, error) {
	return inbound(port, p.done, func(ctx context.Context) (net.Conn, bool, error) {
		f, r, err := p.init.control.askFile(ctx, nsinit.Request{Dial: port})
		if err != nil {
			return nil, r.Refused, err
		}
		defer f.Close()
		c, err := net.FileConn(f)
		return c, false, err
	})
}
