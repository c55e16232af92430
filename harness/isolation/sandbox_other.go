//go:build !linux

package isolation

import (
	"context"
	"net"
	"runtime"
	"syscall"
)

var errNotLinux error = &UnavailableError{Advice: "the sandbox needs Linux namespaces, and this is " + runtime.GOOS +
	": use isolation container, which runs an image that has the program " +
	"(hostproof run --image; it needs a Docker engine), or endpoint"}

// Available is nil where the sandbox works, else one sentence that says why not
// and what to do.
func Available() error { return errNotLinux }

// Lacks says what the sandbox cannot hold here.
func Lacks() []string { return nil }

// Process is a running sandbox. There are none on this system.
type Process struct{}

// Start starts a subject in a sandbox.
func Start(context.Context, Config) (*Process, error) { return nil, errNotLinux }

// Wait waits for the subject to end.
func (*Process) Wait() (Exit, error) { return Exit{}, errNotLinux }

// Kill ends the subject and its children.
func (*Process) Kill() {}

// Signal sends the subject a signal.
func (*Process) Signal(syscall.Signal) error { return errNotLinux }

// Interrupt sends the subject and what it has started a signal.
func (*Process) Interrupt(syscall.Signal) error { return errNotLinux }

// Refused is what the subject could not reach so far.
func (*Process) Refused() []Attempt { return nil }

// TLSFailures are TLS connections that came to nothing so far.
func (*Process) TLSFailures() []TLSFailure { return nil }

// Wiring is what the sandbox added to the subject.
func (*Process) Wiring() Wiring { return Wiring{} }

// Inbound dials a port on which the subject listens.
func (*Process) Inbound(uint16) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) { return nil, errNotLinux }
}
