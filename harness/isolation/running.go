package isolation

import (
	"context"
	"net"
	"syscall"
)

// Running is a subject that runs isolated: a *Process of the sandbox, or one in
// a container.
type Running interface {
	// Wait waits for its end. The error is of the harness.
	Wait() (Exit, error)
	// Kill ends it and its children at once.
	Kill()
	// Interrupt sends a signal to it and to what it has started, as a terminal
	// does; in a container to its first process alone, as docker run does.
	Interrupt(sig syscall.Signal) error
	// Refused, TLSFailures and Wiring are as those of Process.
	Refused() []Attempt
	TLSFailures() []TLSFailure
	Wiring() Wiring
	// Inbound dials a port on which it listens, and waits until it does.
	Inbound(port uint16) func(ctx context.Context, network, address string) (net.Conn, error)
}

var _ Running = (*Process)(nil)
