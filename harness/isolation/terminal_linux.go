package isolation

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// usualSize is that of a terminal that nobody looks at.
var usualSize = nsinit.Size{Rows: 24, Columns: 80}

// endOfInput is what is typed at the end of what a subject is given to read (termios(3), VEOF).
const endOfInput = "\x04"

// line leads from a subject's terminal to whoever started it. That one's own terminal, if it has one, is
// not handed on: what is typed there is copied, and so is its size.
type line struct {
	typed  io.Reader     // nil: nothing is
	caller *os.File      // the terminal that is typed at, if it is one
	shown  io.Writer     // nil: nobody looks
	other  chan *os.File // gets the other end of the subject's terminal; closed if there is none
	once   sync.Once
}

// newLine makes a line. Until connect is called, its copy waits.
func newLine(stdin io.Reader, stdout io.Writer) (*line, error) {
	l := &line{shown: stdout, other: make(chan *os.File, 1)}
	if stdout == nil {
		l.shown = io.Discard
	}
	if stdin == nil {
		return l, nil
	}
	own, err := ours(stdin)
	if err != nil {
		return nil, err
	}
	l.typed = own
	if f, ok := own.(*os.File); ok && terminal(f) {
		if l.caller, err = ours(f); err != nil { // a second one, as the first is closed once nothing is typed
			closeOurs(own)
			return nil, err
		}
	}
	return l, nil
}

// size is the subject's, to begin with.
func (l *line) size() *nsinit.Size {
	if l.caller != nil {
		if s, err := pty.GetsizeFull(l.caller); err == nil && s.Rows > 0 && s.Cols > 0 {
			return &nsinit.Size{Rows: s.Rows, Columns: s.Cols}
		}
	}
	size := usualSize
	return &size
}

// connect gives it the other end of the subject's terminal; below 0 there is none. The first call
// counts.
func (l *line) connect(fd int) {
	if l == nil {
		return
	}
	l.once.Do(func() {
		defer close(l.other)
		if fd >= 0 {
			_ = unix.SetNonblock(fd, true) // so that a close ends a read
			l.other <- os.NewFile(uintptr(fd), "terminal")
		}
	})
}

// copy returns when all programs at the terminal have ended.
func (l *line) copy() error {
	other, ok := <-l.other
	if l.caller != nil {
		defer l.caller.Close()
	}
	if !ok {
		closeOurs(l.typed)
		return nil
	}
	defer other.Close()
	restore, err := l.take(other)
	if err != nil {
		return err
	}
	defer restore()
	go l.typing(other)
	_, err = io.Copy(l.shown, other)
	if errors.Is(err, syscall.EIO) { // what the other end of a terminal says when nobody has it open
		return nil
	}
	return err
}

// take has the caller's terminal hand on each byte, Control-C too, and its size as it changes.
func (l *line) take(other *os.File) (restore func(), err error) {
	if l.caller == nil {
		return func() {}, nil
	}
	fd := int(l.caller.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, fmt.Errorf("isolation: the terminal cannot be used: %w", err)
	}
	stop := l.following(fd, other)
	return func() {
		stop()
		_ = term.Restore(fd, before)
	}, nil
}

// following gives the subject's terminal the size of the caller's as it changes, until stop returns.
func (l *line) following(fd int, other *os.File) (stop func()) {
	changes := make(chan os.Signal, 1)
	signal.Notify(changes, unix.SIGWINCH)
	var following sync.WaitGroup
	following.Go(func() {
		for range changes {
			_ = resize(other, fd) // the next change comes
		}
	})
	return func() {
		signal.Stop(changes) // nothing is sent on it any more
		close(changes)
		following.Wait()
	}
}

// resize gives a terminal the size of another. It stays non-blocking, which os.File.Fd would end.
func resize(terminal *os.File, as int) error {
	size, err := unix.IoctlGetWinsize(as, unix.TIOCGWINSZ)
	if err != nil {
		return err
	}
	conn, err := terminal.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	if err := conn.Control(func(fd uintptr) {
		refused = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, size)
	}); err != nil {
		return err
	}
	return refused
}

// typing copies what the subject reads. Nobody waits for a reader without an end.
func (l *line) typing(other *os.File) {
	end := endOfInput
	if l.typed != nil {
		last := &lastByte{to: other}
		_, err := io.Copy(last, l.typed)
		closeOurs(l.typed)
		if err != nil || l.caller != nil {
			return
		}
		if last.wrote && last.b != '\n' {
			end += endOfInput // the first one ends the line
		}
	}
	_, _ = io.WriteString(other, end)
}

// lastByte knows how what was written ends.
type lastByte struct {
	to    io.Writer
	wrote bool
	b     byte
}

func (l *lastByte) Write(p []byte) (int, error) {
	if len(p) > 0 {
		l.wrote, l.b = true, p[len(p)-1]
	}
	return l.to.Write(p)
}
