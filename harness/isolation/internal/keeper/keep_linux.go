package keeper

import (
	"encoding/json"
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	if len(os.Args) == 1 && os.Args[0] == Marker {
		os.Exit(keep(os.NewFile(controlFD, "control")))
	}
}

// patience is how long a keeper tries to end what is left: less than the time after which it
// is ended itself.
const patience = 1500 * time.Millisecond

// kept is a program that a keeper has started.
type kept struct {
	mu    sync.Mutex
	pid   int
	ended bool // and its process id may be another's
}

// keep is the life of a keeper; it returns its exit status.
func keep(control *os.File) int {
	unix.CloseOnExec(controlFD)
	in, out := json.NewDecoder(control), json.NewEncoder(control)
	var s spec
	if err := in.Decode(&s); err != nil {
		return 1
	}
	pid, err := begin(&s)
	if err != nil {
		var errno syscall.Errno
		errors.As(err, &errno)
		_ = out.Encode(reply{Errno: int(errno)})
		return 1
	}
	k := &kept{pid: pid}
	if err := out.Encode(reply{PID: pid}); err != nil {
		k.signal(unix.SIGKILL)
	}
	go k.obey(in)
	status := uint32(k.reap())
	endRest()
	if err := out.Encode(reply{Status: &status}); err != nil {
		return 1
	}
	return 0
}

// begin starts the program in a session of its own, with the descriptors 0 to 2, which
// are then its alone: that it closes them has to be seen.
func begin(s *spec) (pid int, err error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return 0, err
	}
	pid, err = syscall.ForkExec(s.Path, s.Argv, &syscall.ProcAttr{Dir: s.Dir, Env: s.Env, Files: []uintptr{0, 1, 2},
		Sys: &syscall.SysProcAttr{Setsid: true}})
	if err != nil {
		return 0, err
	}
	null, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	for fd := range 3 {
		if err != nil {
			unix.Close(fd)
			continue
		}
		_ = unix.Dup3(null, fd, 0)
	}
	return pid, nil
}

// obey passes signals on until the harness is gone, and then ends the program: nobody else
// would.
func (k *kept) obey(in *json.Decoder) {
	for {
		var r request
		if err := in.Decode(&r); err != nil {
			k.signal(unix.SIGKILL)
			return
		}
		k.signal(unix.Signal(r.Signal))
	}
}

// signal sends a signal to the program's process group.
func (k *kept) signal(sig unix.Signal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.ended {
		_ = unix.Kill(-k.pid, sig) // a group without processes is fine
	}
}

// reap waits for the program, and for every orphan that ends before it.
func (k *kept) reap() unix.WaitStatus {
	for {
		_ = unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOWAIT, nil) // until one can be reaped
		if status, ended := k.reapNow(); ended {
			return status
		}
	}
}

// reapNow takes what has ended. The program's id is free for others from then on.
func (k *kept) reapNow() (status unix.WaitStatus, ended bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		pid, err := unix.Wait4(-1, &status, unix.WNOHANG, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil || pid <= 0:
			return 0, false
		case pid == k.pid:
			_ = unix.Kill(-pid, unix.SIGKILL) // before the id of the group can be another's
			k.ended = true
			return status, true
		}
	}
}

// endRest ends what the program left, until nothing is.
func endRest() {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		for _, child := range children() {
			_ = unix.Kill(child, unix.SIGKILL)
		}
		for {
			ended, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
			if errors.Is(err, unix.ECHILD) {
				return
			}
			if ended <= 0 && !errors.Is(err, unix.EINTR) {
				break
			}
		}
	}
}
