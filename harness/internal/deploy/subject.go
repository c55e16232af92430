package deploy

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Subject is the program under test. All it learns of the mock is
// through what the host gives it.
type Subject interface {
	// Name is how reports call it.
	Name() string
	// kind is what it is made of.
	kind() isolation.Kind
	// begin starts it in an environment. It runs until it ends, the context ends
	// or its time is up. An error means that the harness failed; a subject that
	// fails says so in its outcome.
	begin(ctx context.Context, e *execution) (*running, error)
}

// running is a subject that was started.
type running struct {
	// wait waits for its end.
	wait func() (*outcome, error)
	// kill ends it and what it has started.
	kill func()
	// interrupt sends it, and all that it has started, a signal; nil: it has no
	// process of its own.
	interrupt func(syscall.Signal)
	// done is closed when it has ended.
	done <-chan struct{}
	// inbound dials a port on which it listens, and waits until it does.
	inbound func(port uint16) func(ctx context.Context, network, address string) (net.Conn, error)
}

// execution is what a subject runs in.
type execution struct {
	ctx     context.Context // of the run
	backend isolation.Backend
	env     *ledger.Environment
	dir     string // its temporary home and, by default, working directory
	stdout  io.Writer
	stderr  io.Writer
	world   *world // nil where the subject has no network of its own
	timeout time.Duration
	bounds  isolation.Bounds
	output  isolation.Size // of each stream, how much is kept
	built   *built         // what was compiled for the run; nil for a command that is a program
}

// outcome is how a subject ended.
type outcome struct {
	exitCode       int
	signal         string
	timedOut       bool
	err            error // a Go function's own error
	stdout, stderr []byte
	refused        []isolation.Attempt
	tlsFailures    []isolation.TLSFailure
	wiring         []string // variables that the isolation added, as NAME=VALUE
	listening      []uint16 // ports at which it listened when it was ended
	unrecorded     int      // refusals that are not in refused
	met            []seen.Met
	killed         bool // running.kill ended it
}

// CommandSubject is a program with arguments. Make one with Command.
type CommandSubject struct {
	Argv  []string
	Dir   string // working directory; "" is a temporary one
	Stdin io.Reader
	// Terminal gives it a terminal of its own in place of its three streams, under isolation
	// sandbox: isolation.Config says what that is.
	Terminal bool
}

// Command is a subject that runs a program. Its name is looked up in the
// harness's PATH; its environment is the deployment's alone.
func Command(name string, args ...string) *CommandSubject {
	return &CommandSubject{Argv: append([]string{name}, args...)}
}

// In sets the working directory.
func (c *CommandSubject) In(dir string) *CommandSubject {
	c.Dir = dir
	return c
}

// Name is the command line.
func (c *CommandSubject) Name() string { return strings.Join(c.Argv, " ") }

func (c *CommandSubject) workingDir(e *execution) string { return cmp.Or(c.Dir, e.dir) }

func (*CommandSubject) kind() isolation.Kind { return isolation.Program }

func (c *CommandSubject) begin(ctx context.Context, e *execution) (*running, error) {
	dir, argv := c.workingDir(e), c.Argv
	if e.built != nil && e.built.failed != nil {
		return ended(e.built.failed), nil
	} else if e.built != nil {
		argv = e.built.argv
	}
	path, err := findProgram(argv[0], dir)
	if err != nil {
		return nil, err
	}
	r, err := e.isolated(ctx, isolation.Subject{Path: path,
		Config: isolation.Config{Argv: argv, Dir: dir, Stdin: c.Stdin, Terminal: c.Terminal}})
	if errors.Is(err, isolation.ErrNoTerminal) {
		return nil, &SettingError{err.Error()}
	}
	if err != nil {
		return nil, fmt.Errorf("the subject %q cannot be started: %w", c.Argv[0], err)
	}
	return r, nil
}

// loopback is the inbound of a subject that is not isolated.
func loopback(done <-chan struct{}) func(port uint16) func(ctx context.Context, network, address string) (net.Conn,
	error) {
	return func(port uint16) func(ctx context.Context, network, address string) (net.Conn, error) {
		return isolation.Loopback(port, done)
	}
}

// FuncSubject is a Go function. Make one with Func.
type FuncSubject struct {
	name string
	run  func(context.Context) error
}

// Func is a subject that runs in this process. For as long as it runs, the
// process's environment is the deployment's, so that an SDK's default chain
// finds what it would find on the host; functions of all deployments therefore
// run one after another, and nothing else in the process should read the
// environment meanwhile.
func Func(name string, run func(context.Context) error) *FuncSubject {
	return &FuncSubject{name, run}
}

// Name is the name it was given.
func (f *FuncSubject) Name() string { return f.name }

var processEnvironment sync.Mutex

func (*FuncSubject) kind() isolation.Kind { return isolation.Func }

func (f *FuncSubject) begin(ctx context.Context, e *execution) (*running, error) {
	processEnvironment.Lock()
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	saved := os.Environ()
	replaceEnvironment(e.env.Environ())
	done := make(chan struct{})
	var out *outcome
	go func() {
		defer close(done)
		defer processEnvironment.Unlock()
		defer cancel()
		defer replaceEnvironment(saved)
		out = f.call(ctx)
	}()
	return &running{wait: func() (*outcome, error) { <-done; return out, nil }, kill: cancel, done: done,
		inbound: loopback(done)}, nil
}

func (f *FuncSubject) call(ctx context.Context) (out *outcome) {
	out = &outcome{}
	defer func() {
		if p := recover(); p != nil {
			out.err, out.exitCode = fmt.Errorf("the subject panicked: %v", p), 2
		}
		out.timedOut = errors.Is(ctx.Err(), context.DeadlineExceeded)
		out.killed = errors.Is(ctx.Err(), context.Canceled)
	}()
	if out.err = f.run(ctx); out.err != nil {
		out.exitCode = 1
	}
	return out
}

func replaceEnvironment(environ []string) {
	os.Clearenv()
	for _, kv := range environ {
		// A name may begin with "=" on Windows.
		if i := strings.Index(kv[min(1, len(kv)):], "="); i >= 0 {
			_ = os.Setenv(kv[:i+1], kv[i+2:])
		}
	}
}

// tail keeps the last bytes that a stream wrote.
type tail struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	to   io.Writer // gets a copy of all; may be nil
	keep int       // how many bytes are kept
	lost int64     // how many were not
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to != nil {
		_, _ = t.to.Write(p) // a closed terminal does not fail the run
	}
	t.buf.Write(p)
	if extra := t.buf.Len() - t.keep; extra > 0 {
		t.buf.Next(extra)
		t.lost += int64(extra)
	}
	return len(p), nil
}

func (t *tail) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.Bytes()
}

// cut says that the stream of a name wrote more than was kept, if it did.
func (t *tail) cut(name string) []seen.Met {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost == 0 {
		return nil
	}
	text := fmt.Sprintf("the first %d bytes of its %s were not kept: of each stream the last %s are", t.lost, name,
		isolation.Size(t.keep))
	return []seen.Met{{Bound: seen.Output, Text: text}}
}
