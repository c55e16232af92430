package gateway

import (
	"net"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

// ServeStdio is Serve over this process's standard input and output, as process
// 1 of the container.
func ServeStdio() error {
	signal.Ignore(unix.SIGCHLD) // orphans of the subject are nobody's to wait for
	return Serve(stdio{})
}

// Stdio is the link as a process in a container sees it.
func Stdio() net.Conn { return stdio{} }

type stdio struct{}

func (stdio) Read(b []byte) (int, error)       { return os.Stdin.Read(b) }
func (stdio) Write(b []byte) (int, error)      { return os.Stdout.Write(b) }
func (stdio) Close() error                     { return os.Stdout.Close() }
func (stdio) LocalAddr() net.Addr              { return &net.UnixAddr{Name: "stdio", Net: "unix"} }
func (stdio) RemoteAddr() net.Addr             { return &net.UnixAddr{Name: "harness", Net: "unix"} }
func (stdio) SetDeadline(time.Time) error      { return nil }
func (stdio) SetReadDeadline(time.Time) error  { return nil }
func (stdio) SetWriteDeadline(time.Time) error { return nil }
