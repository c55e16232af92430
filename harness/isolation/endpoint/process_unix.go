//go:build unix

package endpoint

import (
	"os"
	"os/exec"
	"syscall"

	"github.com/hostproof/hostproof/harness/internal/ports"
)

// ownGroup puts the subject into a session and with it a process group of its
// own, so that its children end with it. It may read the terminal of this
// process, and gets no signal from it: the harness passes those on.
func ownGroup(cmd *exec.Cmd, note func(listening []uint16)) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error {
		note(ports.OfGroup(cmd.Process.Pid))
		return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

// endGroup ends what a subject left running behind it.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // no process left is fine
	}
}

// signalGroup sends a signal to the subject and what it has started.
func signalGroup(cmd *exec.Cmd, sig syscall.Signal) error { return syscall.Kill(-cmd.Process.Pid, sig) }

// signalOf is the signal that ended the subject; 0 for none.
func signalOf(state *os.ProcessState) syscall.Signal {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal()
	}
	return 0
}
