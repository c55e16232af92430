package keeper

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// Program is a program that a keeper has started, as its harness sees it.
type Program struct {
	// PID is its process id, and that of its session and process group. It is 0 for one that
	// ended its keeper before that could tell.
	PID     int
	control *os.File
	replies *json.Decoder
}

// ErrNone says that this system gives no keeper; nothing has been started then.
var ErrNone = errors.New("a keeper cannot be started")

// Start starts the program of a command by a keeper: the command's process is the keeper from
// then on, and ends when the program and all that it started has. The error is that of
// [exec.Cmd.Start], or [ErrNone]; the command is to be used for nothing else then.
func Start(cmd *exec.Cmd) (*Program, error) {
	if cmd.Err != nil {
		return nil, cmd.Err
	}
	if cmd.Dir != "" {
		if _, err := os.Stat(cmd.Dir); err != nil {
			return nil, &os.PathError{Op: "chdir", Path: cmd.Dir, Err: errors.Unwrap(err)}
		}
	}
	s := spec{Path: cmd.Path, Argv: cmd.Args, Env: cmd.Environ(), Dir: cmd.Dir}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, ErrNone
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "control"), os.NewFile(uintptr(fds[1]), "control")
	defer theirs.Close()
	cmd.Path, cmd.Args, cmd.Dir = "/proc/self/exe", []string{Marker}, ""
	cmd.Env = []string{"GOGC=off", "GOMAXPROCS=2"}
	cmd.ExtraFiles = []*os.File{theirs} // controlFD
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		ours.Close()
		return nil, ErrNone
	}
	theirs.Close()
	p := &Program{control: ours, replies: json.NewDecoder(ours)}
	if err := p.begin(&s); err != nil {
		ours.Close()
		_ = cmd.Wait() // it has nothing to do
		return nil, err
	}
	return p, nil
}

// begin has the keeper start the program.
func (p *Program) begin(s *spec) error {
	if err := json.NewEncoder(p.control).Encode(s); err != nil {
		return err
	}
	var r reply
	if err := p.replies.Decode(&r); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if r.Errno != 0 {
		return &os.PathError{Op: "fork/exec", Path: s.Path, Err: syscall.Errno(r.Errno)}
	}
	p.PID = r.PID
	return nil
}

// Signal sends a signal to the program's process group.
func (p *Program) Signal(sig syscall.Signal) error {
	return json.NewEncoder(p.control).Encode(request{Signal: int(sig)})
}

// Ended is how the program ended, once the keeper has. A keeper that was ended itself does not
// tell: what is left of the program's group is ended then, and known is false.
func (p *Program) Ended() (status syscall.WaitStatus, known bool) {
	defer p.control.Close()
	var r reply
	if err := p.replies.Decode(&r); err != nil || r.Status == nil {
		if p.PID > 0 {
			_ = syscall.Kill(-p.PID, syscall.SIGKILL)
		}
		return 0, false
	}
	return syscall.WaitStatus(*r.Status), true
}
