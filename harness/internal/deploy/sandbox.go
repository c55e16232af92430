package deploy

import (
	"context"
	"net/http"
	"slices"
	"syscall"

	"github.com/hostproof/hostproof/harness/isolation"
)

// world is what a subject finds behind the real names and addresses.
type world struct {
	aws         http.Handler
	ca          *isolation.CA
	layout      *layout
	passThrough []isolation.PassThrough
	lookup      func(name string) isolation.Resolution
	write, read []string
}

// isolated starts a subject as the execution's backend does, in its world if it has one.
func (e *execution) isolated(ctx context.Context, s isolation.Subject) (*running, error) {
	stdout, stderr := &tail{to: e.stdout, keep: int(e.output)}, &tail{to: e.stderr, keep: int(e.output)}
	s.Env, s.Timeout, s.Bounds = e.env.Environ(), e.timeout, e.bounds
	s.Stdout, s.Stderr = stdout, stderr
	if w := e.world; w != nil {
		s.AWS, s.CA, s.PassThrough, s.Lookup = w.aws, w.ca, w.passThrough, w.lookup
		s.Write, s.Read = w.write, w.read
		s.Addresses, s.Hosts, s.Files = w.layout.addresses, w.layout.hosts, w.layout.files
	}
	p, err := e.backend.Start(ctx, s)
	if err != nil {
		return nil, err
	}
	done := make(chan struct{})
	var exit isolation.Exit
	go func() {
		defer close(done)
		exit, err = p.Wait()
	}()
	wait := func() (*outcome, error) {
		if <-done; err != nil && context.Cause(e.ctx) == nil {
			return nil, err
		}
		out := &outcome{
			exitCode: exit.Code, timedOut: exit.TimedOut, stdout: stdout.bytes(), stderr: stderr.bytes(),
			refused: p.Refused(), tlsFailures: p.TLSFailures(), wiring: p.Wiring().Env,
			listening: exit.Listening, unrecorded: exit.Unrecorded,
			met:    exit.Met,
			killed: exit.Signal == syscall.SIGKILL && !exit.TimedOut,
		}
		out.met = slices.Concat(out.met, stdout.cut("standard output"), stderr.cut("standard error"))
		if exit.Signal != 0 {
			out.signal = exit.Signal.String()
		}
		return out, nil
	}
	interrupt := func(sig syscall.Signal) { _ = p.Interrupt(sig) } // who does not get it is killed soon
	return &running{wait: wait, kill: p.Kill, interrupt: interrupt, done: done, inbound: p.Inbound}, nil
}
