package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
)

// Subject is the program under test. It is told nothing of the mock but
// through what the host gives it.
type Subject interface {
	// Name is how reports call it.
	Name() string
	// start runs it to its end in an environment. An error means that the
	// harness failed; a subject that fails says so in its outcome.
	start(ctx context.Context, e *execution) (*outcome, error)
}

// execution is what a subject runs in.
type execution struct {
	env     *Environment
	dir     string // its temporary home and, by default, working directory
	stdout  io.Writer
	stderr  io.Writer
	sandbox *sandbox // nil under isolation.Endpoint
	timeout time.Duration
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
}

// maxOutput bounds what is kept of each of a subject's streams, in bytes.
const maxOutput = 4 << 20

// killDelay is how long a subject has between the end of its time and SIGKILL.
const killDelay = 2 * time.Second

// CommandSubject is a program with arguments. Make one with Command.
type CommandSubject struct {
	Argv  []string
	Dir   string // working directory; "" is a temporary one
	Stdin io.Reader
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

func (c *CommandSubject) start(ctx context.Context, e *execution) (*outcome, error) {
	path, err := exec.LookPath(c.Argv[0])
	if err != nil {
		return nil, fmt.Errorf("the subject %q cannot be started: there is no such program on PATH; install it or give its path", c.Argv[0])
	}
	if e.sandbox != nil {
		return c.inSandbox(ctx, e)
	}
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, c.Argv[1:]...)
	cmd.Args[0] = c.Argv[0]
	cmd.Env, cmd.Stdin, cmd.WaitDelay = e.env.Environ(), c.Stdin, killDelay
	if cmd.Dir = c.Dir; c.Dir == "" {
		cmd.Dir = e.dir
	}
	var stdout, stderr tail
	cmd.Stdout, cmd.Stderr = stdout.with(e.stdout), stderr.with(e.stderr)
	ownGroup(cmd)
	err = cmd.Run()
	endGroup(cmd)
	out := &outcome{stdout: stdout.bytes(), stderr: stderr.bytes(), timedOut: errors.Is(ctx.Err(), context.DeadlineExceeded)}
	if cmd.ProcessState == nil {
		return nil, fmt.Errorf("the subject %q cannot be started: %w", c.Argv[0], err)
	}
	out.exitCode, out.signal = cmd.ProcessState.ExitCode(), signalOf(cmd.ProcessState)
	return out, nil
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

func (f *FuncSubject) start(ctx context.Context, e *execution) (out *outcome, err error) {
	processEnvironment.Lock()
	defer processEnvironment.Unlock()
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	saved := os.Environ()
	replaceEnvironment(e.env.Environ())
	defer replaceEnvironment(saved)
	out = &outcome{}
	defer func() {
		if p := recover(); p != nil {
			out.err, out.exitCode = fmt.Errorf("the subject panicked: %v", p), 2
		}
		out.timedOut = errors.Is(ctx.Err(), context.DeadlineExceeded)
	}()
	if out.err = f.run(ctx); out.err != nil {
		out.exitCode = 1
	}
	return out, nil
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

// tail keeps the last maxOutput bytes that a stream wrote.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
	to  io.Writer
}

func (t *tail) with(to io.Writer) *tail {
	t.to = to
	return t
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.to != nil {
		_, _ = t.to.Write(p) // a closed terminal does not fail the run
	}
	t.buf.Write(p)
	if extra := t.buf.Len() - maxOutput; extra > 0 {
		t.buf.Next(extra)
	}
	return len(p), nil
}

func (t *tail) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.Bytes()
}
