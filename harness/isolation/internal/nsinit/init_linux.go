package nsinit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/seen"
)

func init() {
	if len(os.Args) == 1 && os.Args[0] == Marker {
		runtime.LockOSThread()
		run()
	}
	if len(os.Args) == 1 && os.Args[0] == HolderMarker {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
}

// run is the life of an init. It never returns.
func run() {
	// A subject's signals are its own; process 1 outlives them. Caught and not
	// ignored, since an ignored signal stays ignored across the subject's exec.
	signal.Notify(make(chan os.Signal, 1), unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGUSR1,
		unix.SIGUSR2, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU)

	control, err := takeControl()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostproof: sandbox init:", err)
		syscall.Exit(1)
	}
	if err := serve(control); err != nil {
		control.send(failure(err))
		syscall.Exit(1)
	}
	syscall.Exit(0)
}

// stepError is a failure to prepare the sandbox, or to do in it what the Spec
// asks for.
type stepError struct {
	step  string
	err   error
	asked bool
}

func (e *stepError) Error() string { return e.step + ": " + e.err.Error() }

// step is the failure of a step that every sandbox needs.
func step(name string, err error) error {
	if err == nil {
		return nil
	}
	return &stepError{step: name, err: err}
}

// askedStep is the failure of a step that this Spec asked for.
func askedStep(name string, err error) error {
	if err == nil {
		return nil
	}
	return &stepError{step: name, err: err, asked: true}
}

func failure(err error) Reply {
	var s *stepError
	if !errors.As(err, &s) {
		return Reply{Error: err.Error()}
	}
	reply := Reply{Step: s.step, Error: s.err.Error()}
	var errno syscall.Errno
	if !s.asked && errors.As(s.err, &errno) {
		reply.Errno = int(errno)
	}
	return reply
}

// serve prepares the sandbox, starts the subject, answers requests, and returns
// when the subject has ended.
func serve(control *control) error {
	spec, err := readSpec()
	if err != nil {
		return step("read the specification", err)
	}
	outside, fds, err := network(spec)
	if err != nil {
		return err
	}
	guard, lacks, err := prepareMounts(spec)
	if err != nil {
		return err
	}
	lacks = append(spec.Lacks, lacks...)
	if spec.Probe {
		if _, err := filter(); err != nil {
			lacks = append(lacks, err.Error())
		}
		return control.send(Reply{Started: true, Lacks: lacks}, fds...)
	}
	start := time.Now()
	pid, terminal, err := begin(spec, guard)
	if err != nil {
		return err
	}
	fds = append(fds, terminal...)
	if err := control.send(Reply{Started: true, Lacks: lacks}, fds...); err != nil {
		return err
	}
	closeAll(fds)
	go control.answer(pid, outside)
	ended := func(status unix.WaitStatus) error {
		return control.send(Reply{Exited: &Exit{Status: uint32(status), Nanoseconds: int64(time.Since(start))}})
	}
	guard.tell = func(met seen.Met) { _ = control.send(Reply{Met: &met}) } // a harness that is gone needs none
	go guard.watch(func() {
		_ = ended(unix.WaitStatus(unix.SIGKILL)) // what a process has that this signal has ended
		syscall.Exit(0)
	})
	status := reap(pid)
	guard.lastLook()
	return ended(status)
}

// network makes the network and opens its sockets.
func network(spec *Spec) (outside *thread, fds []int, err error) {
	if spec.OpenNetwork {
		return nil, nil, nil
	}
	if outside, err = prepareNetwork(spec.IPv6); err != nil {
		return nil, nil, err
	}
	fds, err = openSockets(spec.Sockets, outside)
	return outside, fds, err
}

// begin starts the subject, at a terminal of its own if it is to have one: the other end of that
// is returned.
func begin(spec *Spec, guard *guard) (pid int, terminal []int, err error) {
	streams := []uintptr{0, 1, 2}
	if spec.Terminal != nil {
		ours, theirs, err := openTerminal(spec.Terminal)
		if err != nil {
			return 0, nil, askedStep("make a terminal for the program", err)
		}
		defer theirs.Close()
		terminal = []int{ours}
		streams = slices.Repeat([]uintptr{theirs.Fd()}, len(streams))
	}
	if pid, err = spawn(spec, guard, streams); err != nil {
		return 0, nil, askedStep("start the program", err)
	}
	return pid, terminal, nil
}

func readSpec() (*Spec, error) {
	f := os.NewFile(SpecFD, "spec")
	defer f.Close()
	var spec Spec
	return &spec, json.NewDecoder(f).Decode(&spec)
}

// reap waits for the subject, and for every orphan that ends before it, as
// process 1 has to.
func reap(pid int) unix.WaitStatus {
	for {
		var status unix.WaitStatus
		p, err := unix.Wait4(-1, &status, 0, nil)
		if err == nil && p == pid && (status.Exited() || status.Signaled()) {
			return status
		}
	}
}

func closeAll(fds []int) {
	for _, fd := range fds {
		unix.Close(fd)
	}
}

func takeControl() (*control, error) {
	unix.CloseOnExec(ControlFD)
	unix.CloseOnExec(SpecFD)
	f := os.NewFile(ControlFD, "control")
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	return &control{conn: c.(*net.UnixConn)}, nil
}
