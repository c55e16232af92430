package isolation

import (
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// stdio are a subject's standard streams. It gets files as they are, and pipes for everything
// else: for readers and writers of this process, and for the pipes, sockets and terminals of whoever
// started it, which would be a way out.
type stdio struct {
	files  [3]*os.File // its ends; nil is /dev/null
	theirs []*os.File  // those of them that are pipes
	stdin  io.Closer   // our end of one; nil for none
	owner  int         // of the pipes, so that it can open /dev/stdout

	line *line // of a terminal, in place of all three

	pumps  []func() error
	copied sync.WaitGroup
	mu     sync.Mutex
	err    error // of a copy
}

// newStdio makes the streams. What it opened is closed if it fails.
func newStdio(stdin io.Reader, stdout, stderr io.Writer, owner int) (*stdio, error) {
	s := &stdio{owner: owner}
	err := s.input(stdin)
	if err == nil {
		s.files[1], err = s.output(stdout)
	}
	if err == nil && same(stdout, stderr) {
		s.files[2] = s.files[1]
	} else if err == nil {
		s.files[2], err = s.output(stderr)
	}
	if err != nil {
		s.abandon()
		return nil, err
	}
	return s, nil
}

// newTerminalStdio is newStdio for a subject that has a terminal in place of them.
func newTerminalStdio(stdin io.Reader, stdout io.Writer) (*stdio, error) {
	l, err := newLine(stdin, stdout)
	if err != nil {
		return nil, err
	}
	return &stdio{line: l, pumps: []func() error{l.copy}}, nil
}

// takeTerminal takes the other end of a subject's terminal, which is the last of what its init sent.
func (s *stdio) takeTerminal(fds []int) []int {
	if s.line == nil || len(fds) == 0 {
		return fds
	}
	last := len(fds) - 1
	s.line.connect(fds[last])
	return fds[:last]
}

// same says whether two writers are one, whose writes may not run at the same time.
func same(a, b io.Writer) bool {
	defer func() { _ = recover() }() // some writers cannot be compared
	return a != nil && a == b
}

func (s *stdio) input(from io.Reader) error {
	if from == nil {
		return nil
	}
	if f, ok := from.(*os.File); ok && plainFile(f) {
		s.files[0] = f
		return nil
	}
	own, err := ours(from)
	if err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		closeOurs(own)
		return err
	}
	s.files[0], s.theirs, s.stdin = r, append(s.theirs, r), w
	go func() { // nobody waits for a reader without an end
		_, _ = io.Copy(w, own)
		_ = w.Close()
		closeOurs(own)
	}()
	return s.give(r)
}

func (s *stdio) output(to io.Writer) (*os.File, error) {
	if to == nil {
		return nil, nil
	}
	if f, ok := to.(*os.File); ok && plainFile(f) {
		return f, nil
	}
	own, err := ours(to)
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		closeOurs(own)
		return nil, err
	}
	s.theirs = append(s.theirs, w)
	s.pumps = append(s.pumps, func() error {
		defer r.Close()
		defer closeOurs(own)
		_, err := io.Copy(own, r)
		return err
	})
	return w, s.give(w)
}

// ours is a stream that stays open until it is copied: whoever started the subject may close an
// open file at once, as with exec.Cmd.
func ours[T any](stream T) (T, error) {
	f, ok := any(stream).(*os.File)
	if !ok {
		return stream, nil
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return stream, err
	}
	fd, none := -1, error(nil)
	if err := conn.Control(func(of uintptr) { fd, none = unix.FcntlInt(of, unix.F_DUPFD_CLOEXEC, 3) }); err != nil {
		return stream, err
	}
	if none != nil {
		return stream, os.NewSyscallError("fcntl", none)
	}
	return any(os.NewFile(uintptr(fd), f.Name())).(T), nil
}

// give makes a pipe one of the subject's user.
func (s *stdio) give(pipe *os.File) error {
	if s.owner == os.Geteuid() {
		return nil
	}
	return pipe.Chown(s.owner, s.owner)
}

// plainFile says of an open file that it leads to nobody: a regular one, or a device such as
// /dev/null that is no terminal.
func plainFile(f *os.File) bool {
	info, err := f.Stat()
	if err != nil {
		return false
	}
	if info.Mode().IsRegular() {
		return true
	}
	return info.Mode()&os.ModeCharDevice != 0 && !terminal(f)
}

// terminal says whether an open file is one (isatty(3)).
func terminal(f *os.File) bool {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	var none error
	err = conn.Control(func(fd uintptr) { _, none = unix.IoctlGetTermios(int(fd), unix.TCGETS) })
	return err == nil && none == nil
}

// started begins to copy: the subject's process has its ends.
func (s *stdio) started() {
	for _, f := range s.theirs {
		_ = f.Close()
	}
	for _, pump := range s.pumps {
		s.copied.Go(func() {
			if err := pump(); err != nil {
				s.mu.Lock()
				s.err = err
				s.mu.Unlock()
			}
		})
	}
}

// abandon is started for a subject that was not.
func (s *stdio) abandon() {
	s.line.connect(-1)
	s.started()
	if s.stdin != nil {
		_ = s.stdin.Close()
	}
	s.copied.Wait()
}

// wait returns when all output is copied.
func (s *stdio) wait() error {
	s.copied.Wait()
	return s.err
}

// closeOurs closes what ours opened.
func closeOurs(stream any) {
	if f, ok := stream.(*os.File); ok {
		_ = f.Close()
	}
}
