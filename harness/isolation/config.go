package isolation

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// Config describes a sandbox and the subject in it. Argv is required.
type Config struct {
	// Argv is the program and its arguments. A name without a slash is looked up
	// in the PATH of Env.
	Argv []string
	// Env is the whole environment, as key=value; nothing is inherited. The
	// variables of Process.Wiring come on top.
	Env []string
	// Dir is the working directory; the caller's own if empty.
	Dir string
	// Stdin, Stdout and Stderr are as in exec.Cmd: nil is /dev/null, an *os.File that is
	// a regular file or a device is passed as it is, anything else (also an *os.File that is
	// a pipe, a socket or a terminal) through a pipe. Wait returns when all output is copied,
	// and does not wait for Stdin.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Terminal gives the subject a terminal of its own in place of the three streams, in a
	// session of its own. What Stdin has is typed there, and Stdout gets all that it shows. If Stdin is a
	// terminal, that one hands on each byte meanwhile, Control-C too, and its size. Where
	// there can be none, Start fails with ErrNoTerminal.
	Terminal bool

	// AWS answers every AWS hostname of every partition, on port 443 (TLS, HTTP/1.1
	// and HTTP/2) and port 80. Request.Host and Request.TLS.ServerName tell which.
	// With a nil AWS these names are refused like any other.
	AWS http.Handler
	// Hosts are further names, answered like AWS. A name may start with "*." for
	// any name below the rest. The most exact entry wins, also over AWS.
	Hosts map[string]http.Handler
	// Addresses are plain HTTP endpoints at literal addresses, such as
	// 169.254.169.254:80. Loopback addresses are the subject's own loopback. IPv6
	// addresses are left out where the kernel has no IPv6.
	Addresses map[netip.AddrPort]http.Handler
	// PassThrough are services of this machine that stay reachable.
	PassThrough []PassThrough
	// Lookup says what becomes of the lookup of a name, without a dot at its end;
	// nil: all resolve. It is asked once for a lookup's questions for IPv4 and IPv6,
	// and again when the program's resolver asks again: glibc's asks twice
	// where there is no such name (as it is, and with the search list), and four
	// times where the server fails (resolv.conf(5), attempts). Seen with 2.36.
	Lookup func(name string) Resolution

	// Files are put into the subject's view of the file system, and nowhere else,
	// after those of Process.Wiring.
	Files []File
	// Write are directories of this machine that the subject may write, besides Dir and
	// what its variables HOME and TMPDIR name, and what is written there stays. Read are
	// places that it sees though they are hidden otherwise. Both are absolute paths.
	Write, Read []string
	// Bounds are how much the subject may use.
	Bounds Bounds
	// CA signs the certificates; nil makes a new one.
	CA *CA
	// Timeout kills the subject and its children; zero is none.
	Timeout time.Duration
}

// ErrNoTerminal says that a Config has Terminal where the isolation gives none.
var ErrNoTerminal = errors.New("a terminal of its own is given to programs under isolation sandbox alone")

// File is a file as the subject sees it.
type File struct {
	// Path is absolute. Directories that are missing are made, in the subject's
	// view only: the deepest directory that exists is then covered by one that
	// shows the same entries, and what the subject adds to it is gone afterwards.
	Path string
	Data []byte
	Mode fs.FileMode // permissions; 0 is 0644
	// From is a directory of this machine that is shown at Path, instead of Data,
	// and as it changes. Sandboxes can do that, containers cannot.
	From string
}

// PassThrough is a TCP service of this machine that stays reachable for the
// subject, through a proxy of this process, under a name and port of its own.
type PassThrough struct {
	Host string // a name, "localhost", or a literal address, as the subject calls it
	Port uint16
	To   string // host:port of this machine's loopback; empty is 127.0.0.1:Port
}

// Exit is how the subject ended.
type Exit struct {
	Code     int            // exit status; -1 if a signal ended it
	Signal   syscall.Signal // 0 unless a signal ended it
	TimedOut bool           // Config.Timeout ended it
	Duration time.Duration  // from its start to its end
	// Unrecorded counts refusals that the kernel had no room to hand over; zero
	// unless the subject makes them by the ten thousand.
	Unrecorded int
	// Listening are the TCP ports at which the subject listened when it was ended
	// from outside, in order. It is empty for one that ended by itself, and in a
	// container, where it is not seen.
	Listening []uint16
	// Met are the Bounds that it met, and what else was short.
	Met []seen.Met
}

// Wiring is what the sandbox adds so that the subject's traffic reaches the
// mock and its TLS trusts it.
type Wiring struct {
	Env   []string // variables, key=value
	Files []string // paths that show content of ours
}

// validate finds what is wrong with a Config, in one line that says what to do.
func (c *Config) validate() error {
	if len(c.Argv) == 0 || c.Argv[0] == "" {
		return fmt.Errorf("isolation: Config.Argv is empty: name the program to run")
	}
	for _, kv := range c.Env {
		if i := strings.IndexByte(kv, '='); i <= 0 || strings.IndexByte(kv, 0) >= 0 {
			name, _, _ := strings.Cut(kv, "=")
			return fmt.Errorf("isolation: Config.Env has an entry %q that is not key=value", name)
		}
	}
	for _, a := range c.Argv {
		if strings.IndexByte(a, 0) >= 0 {
			return fmt.Errorf("isolation: an argument in Config.Argv has a NUL byte")
		}
	}
	if err := c.Bounds.Problem(); err != nil {
		return fmt.Errorf("isolation: Config.Bounds: %w", err)
	}
	if err := c.validateNetwork(); err != nil {
		return err
	}
	for name, list := range map[string][]string{"Write": c.Write, "Read": c.Read} {
		for _, p := range list {
			if !path.IsAbs(p) || path.Clean(p) != p {
				return fmt.Errorf("isolation: Config.%s has %q: give a clean absolute path", name, p)
			}
		}
	}
	for _, f := range c.Files {
		if !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path || f.Path == "/" {
			return fmt.Errorf("isolation: Config.Files has path %q: give a clean absolute path", f.Path)
		}
		if f.From != "" && (!path.IsAbs(f.From) || len(f.Data) > 0) {
			return fmt.Errorf("isolation: Config.Files[%q] has From %q: give an absolute path, and no Data", f.Path,
				f.From)
		}
		if f.Mode&^fs.ModePerm != 0 {
			return fmt.Errorf("isolation: Config.Files[%q] has mode %v: permission bits only", f.Path, f.Mode)
		}
	}
	return nil
}

// validateNetwork is validate for what the subject can reach.
func (c *Config) validateNetwork() error {
	for name, h := range c.Hosts {
		if h == nil {
			return fmt.Errorf("isolation: Config.Hosts[%q] has no handler", name)
		}
		if err := checkPattern(name); err != nil {
			return err
		}
	}
	for a, h := range c.Addresses {
		if h == nil {
			return fmt.Errorf("isolation: Config.Addresses[%v] has no handler", a)
		}
		if !a.IsValid() || a.Port() == 0 || a.Addr().IsUnspecified() || a.Addr().Is4In6() {
			return fmt.Errorf("isolation: Config.Addresses has %v: give a literal address and a port", a)
		}
	}
	for _, p := range c.PassThrough {
		if err := p.validate(); err != nil {
			return err
		}
	}
	return nil
}
