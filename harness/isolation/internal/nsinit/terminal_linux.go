package nsinit

import (
	"os"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// openTerminal makes a terminal of the subject's own, in the devpts that its /dev has: ours is a
// descriptor of the end that the harness gets, theirs the end for the subject.
func openTerminal(size *Size) (ours int, theirs *os.File, err error) {
	master, theirs, err := pty.Open()
	if err != nil {
		return -1, nil, err
	}
	defer master.Close()
	if err = pty.Setsize(master, &pty.Winsize{Rows: size.Rows, Cols: size.Columns}); err == nil {
		ours, err = unix.FcntlInt(master.Fd(), unix.F_DUPFD_CLOEXEC, TreeFD)
	}
	if err != nil {
		theirs.Close()
		return -1, nil, err
	}
	return ours, theirs, nil
}
