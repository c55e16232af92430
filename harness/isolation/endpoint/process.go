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
	cmd    *exec.Cmd
	cancel context.CancelFunc
	done   chan struct{} // closed when exit is set
	exit   isolation.Exit
}

// start starts the program.
func start(ctx context.Context, c isolation.Subject) (*process, error) {
	var cancel context.CancelFunc
	if c.Timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, c.Timeout)
	} else {
		ctx, cancel = context.WithCancel(ctx)
	}
	cmd := exec.CommandContext(ctx, cmp.Or(c.Path, c.Argv[0]), c.Argv[1:]...)
	cmd.Args[0] = c.Argv[0]
	cmd.Env, cmd.Dir, cmd.WaitDelay = c.Env, c.Dir, killDelay
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, c.Stdout, c.Stderr
	p := &process{cmd: cmd, cancel: cancel, done: make(chan struct{})}
	ownGroup(cmd, func(listening []uint16) { p.exit.Listening = listening })
	began := time.Now()
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	go func() {
		defer close(p.done)
		defer cancel()
		_ = cmd.Wait() // how it ended is in its state
		endGroup(cmd)
		p.exit.Duration = time.Since(began)
		p.exit.TimedOut = errors.Is(ctx.Err(), context.DeadlineExceeded)
		p.exit.Code, p.exit.Signal = cmd.ProcessState.ExitCode(), signalOf(cmd.ProcessState)
	}()
	return p, nil
}

// Wait waits for the subject's end.
func (p *process) Wait() (isolation.Exit, error) {
	<-p.done
	return p.exit, nil
}

// Kill ends the subject and its group.
func (p *process) Kill() { p.cancel() }

// Interrupt sends a signal to the subject's group.
func (p *process) Interrupt(sig syscall.Signal) error { return signalGroup(p.cmd, sig) }

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
