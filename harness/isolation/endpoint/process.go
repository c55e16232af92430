package endpoint

import (
	"cmp"
	"context"
	"errors"
	"net"
	"os/exec"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
)

// killDelay is how long a subject's streams may stay open after its end.
const killDelay = 2 * time.Second

// process is a program that shares this machine's network.
type process struct {
	leader leader
	cancel context.CancelFunc
	done   chan struct{} // closed when exit is set
	exit   isolation.Exit
}

// leader is a program with what it has started.
type leader interface {
	// signal sends a signal to its process group.
	signal(sig syscall.Signal) error
	// wait waits until it has ended, and what it left running behind it.
	wait() (code int, signal syscall.Signal)
}

// start starts the program.
func start(ctx context.Context, c isolation.Subject) (*process, error) {
	var cancel context.CancelFunc
	if c.Timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, c.Timeout)
	} else {
		ctx, cancel = context.WithCancel(ctx)
	}
	p := &process{cancel: cancel, done: make(chan struct{})}
	began := time.Now()
	// Before it is ended from outside, the ports at which it listens are noted.
	l, err := lead(ctx, c, func(listening []uint16) { p.exit.Listening = listening })
	if err != nil {
		cancel()
		return nil, err
	}
	p.leader = l
	go func() {
		defer close(p.done)
		defer cancel()
		p.exit.Code, p.exit.Signal = l.wait()
		p.exit.Duration = time.Since(began)
		p.exit.TimedOut = errors.Is(ctx.Err(), context.DeadlineExceeded)
	}()
	return p, nil
}

// prepared is the command of a subject.
func prepared(cmd *exec.Cmd, c isolation.Subject) *exec.Cmd {
	cmd.Args[0] = c.Argv[0]
	cmd.Env, cmd.Dir, cmd.WaitDelay = c.Env, c.Dir, killDelay
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, c.Stdout, c.Stderr
	return cmd
}

// direct is a program that this process has started itself.
type direct struct{ cmd *exec.Cmd }

func leadDirectly(ctx context.Context, c isolation.Subject, note func(listening []uint16)) (leader, error) {
	cmd := prepared(exec.CommandContext(ctx, cmp.Or(c.Path, c.Argv[0]), c.Argv[1:]...), c)
	ownGroup(cmd, note)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return direct{cmd}, nil
}

func (d direct) signal(sig syscall.Signal) error { return signalGroup(d.cmd, sig) }

func (d direct) wait() (code int, signal syscall.Signal) {
	_ = d.cmd.Wait() // how it ended is in its state
	endGroup(d.cmd)
	return d.cmd.ProcessState.ExitCode(), signalOf(d.cmd.ProcessState)
}

// Wait waits for the subject's end.
func (p *process) Wait() (isolation.Exit, error) {
	<-p.done
	return p.exit, nil
}

// Kill ends the subject and what it has started.
func (p *process) Kill() { p.cancel() }

// Interrupt sends a signal to the subject's group.
func (p *process) Interrupt(sig syscall.Signal) error { return p.leader.signal(sig) }

// Refused is empty: refusals are not seen.
func (*process) Refused() []isolation.Attempt { return nil }

// TLSFailures is empty: they are not seen.
func (*process) TLSFailures() []isolation.TLSFailure { return nil }

// Wiring is empty: the variables that lead to the mock are the deployment's.
func (*process) Wiring() isolation.Wiring { return isolation.Wiring{} }

// Inbound dials a port of this machine's loopback.
func (p *process) Inbound(port uint16) func(ctx context.Context, network, address string) (net.Conn, error) {
	return isolation.Loopback(port, p.done)
}
