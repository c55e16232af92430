package isolation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/need"
)

// TestMain makes this binary a subject, too: "SUBJECT name args...".
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "SUBJECT" {
		if err := subjects[os.Args[2]](os.Args[3:]); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// subjects are programs under test that know nothing of any mock.
var subjects = map[string]func(args []string) error{
	// get URL...: fetch each and print the bodies
	"get": func(urls []string) error {
		for _, url := range urls {
			resp, err := http.Get(url)
			if err != nil {
				return err
			}
			_, err = io.Copy(os.Stdout, resp.Body)
			resp.Body.Close()
			if err != nil {
				return err
			}
		}
		return nil
	},
	// dial NETWORK ADDRESS...: say something, print what comes of it, and how often TCP had to ask again
	"dial": func(args []string) error {
		for i := 0; i+1 < len(args); i += 2 {
			err := say(args[i], args[i+1])
			if errors.Is(err, syscall.ECONNREFUSED) {
				err = errors.New("refused")
			}
			fmt.Println(args[i], args[i+1], err)
		}
		n, err := kernelCounter("TcpExt", "TCPSynRetrans")
		fmt.Println("asked again", n, "times")
		return err
	},
	// ping ADDRESS...: send an echo request without a privilege, and print whether an error comes back
	"ping": func(addresses []string) error { return pings(addresses, syscall.SOCK_DGRAM) },
	// rawping ADDRESS...: the same with CAP_NET_RAW
	"rawping": func(addresses []string) error { return pings(addresses, syscall.SOCK_RAW) },
	// datagrams ADDRESS...: say something to each, and count what is refused
	"datagrams": func(addresses []string) error {
		refused := 0
		for _, a := range addresses {
			if err := say("udp", a); !errors.Is(err, syscall.ECONNREFUSED) {
				return fmt.Errorf("%s: %w", a, err)
			}
			refused++
		}
		fmt.Println(refused, "refused")
		return nil
	},
	// flood N ADDRESS: connect so many times
	"flood": func(args []string) error {
		n, err := strconv.Atoi(args[0])
		for ; n > 0 && err == nil; n-- {
			if c, err := net.Dial("tcp", args[1]); err == nil {
				c.Close()
				return fmt.Errorf("connected")
			}
		}
		return err
	},
	// leave ADDRESS...: send a request to each, and exit before any answer
	"leave": func(addresses []string) error {
		for _, a := range addresses {
			c, err := net.Dial("tcp", a)
			if err != nil {
				return err
			}
			fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: 10\r\n\r\nlast words", a)
		}
		os.Exit(0)
		return nil
	},
	// serve ADDRESS: an HTTP server; / answers with the caller's address, /get?URL fetches
	"serve": func(args []string) error {
		l, err := net.Listen("tcp", args[0])
		if err != nil {
			return err
		}
		return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/get" {
				fmt.Fprint(w, "served at "+args[0])
				return
			}
			resp, err := http.Get(r.URL.RawQuery)
			if err != nil {
				fmt.Fprint(w, err)
				return
			}
			defer resp.Body.Close()
			io.Copy(w, resp.Body)
		}))
	},
	// term: say ready, and exit with 42 at SIGTERM
	"term": func([]string) error {
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.SIGTERM)
		fmt.Println("ready")
		<-c
		os.Exit(42)
		return nil
	},
	// interfaces: print their names
	"interfaces": func([]string) error {
		ifs, err := net.Interfaces()
		for _, i := range ifs {
			fmt.Println(i.Name)
		}
		return err
	},
	// harness ARGV...: be a harness that runs a subject, and be killed
	"harness": func(argv []string) error {
		p, err := Start(context.Background(), Config{Argv: argv, Env: testEnv(), Stdout: os.Stdout, Stderr: os.Stderr})
		if err != nil {
			return err
		}
		_, err = p.Wait()
		return err
	},
}

// kernelCounter is one of the kernel's counters of this network namespace.
func kernelCounter(group, name string) (string, error) {
	data, err := os.ReadFile("/proc/self/net/netstat")
	if err != nil {
		return "", err
	}
	var names []string
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if fields[0] != group+":" {
			continue
		}
		if i := slices.Index(names, name); i >= 0 {
			return fields[i], nil
		}
		names = fields // and the next line has the values
	}
	return "", fmt.Errorf("there is no counter %s %s", group, name)
}

// pings sends each address an echo request, one after the other.
func pings(addresses []string, kind int) error {
	for _, address := range addresses {
		err := ping(netip.MustParseAddr(address), kind)
		if errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) {
			fmt.Println(address, "unreachable")
		} else {
			fmt.Println(address, err)
		}
	}
	return nil
}

// ping sends an echo request and returns the error that is received for it.
func ping(addr netip.Addr, kind int) error {
	family, proto, request := syscall.AF_INET6, syscall.IPPROTO_ICMPV6, byte(128)
	level, option := syscall.IPPROTO_IPV6, syscall.IPV6_RECVERR
	var to syscall.Sockaddr = &syscall.SockaddrInet6{Addr: addr.As16()}
	if addr.Is4() {
		family, proto, request = syscall.AF_INET, syscall.IPPROTO_ICMP, 8
		level, option = syscall.IPPROTO_IP, syscall.IP_RECVERR
		to = &syscall.SockaddrInet4{Addr: addr.As4()}
	}
	fd, err := syscall.Socket(family, kind|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, proto)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), "ping")
	defer f.Close()
	// Without RECVERR a raw socket is not told of errors.
	if err := errors.Join(syscall.SetsockoptInt(fd, level, option, 1), syscall.Connect(fd, to)); err != nil {
		return err
	}
	f.SetDeadline(time.Now().Add(time.Minute))
	if _, err := f.Write([]byte{request, 0, ^request, 0xfd, 0, 1, 0, 1}); err != nil {
		return err
	}
	answer := make([]byte, 128)
	n, err := f.Read(answer)
	if err == nil && kind == syscall.SOCK_RAW && isUnreachable(answer[:n], addr.Is4()) {
		return syscall.EHOSTUNREACH
	}
	return err
}

// isUnreachable reports whether a packet says that a destination cannot be
// reached. A raw socket may read the packet before it learns of the error in it,
// where the address that was pinged is also the one that refuses.
func isUnreachable(packet []byte, ipv4 bool) bool {
	if !ipv4 {
		return len(packet) > 0 && packet[0] == 1 // RFC 4443, 3.1
	}
	header := 0
	if len(packet) > 0 {
		header = int(packet[0]&0x0f) * 4
	}
	return len(packet) > header && packet[header] == 3 // RFC 792
}

func say(network, address string) error {
	c, err := net.DialTimeout(network, address, time.Minute)
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := c.Write([]byte("hello")); err != nil {
		return err
	}
	_, err = c.Read(make([]byte, 16))
	return err
}

// needSandbox skips where there is no sandbox, and fails where there has to be one.
func needSandbox(tb testing.TB) {
	tb.Helper()
	if err := Available(); err != nil {
		need.Missing(tb, "sandbox", err)
	}
}

// needProgram skips without a program, and fails where it is required.
func needProgram(tb testing.TB, name string) string {
	tb.Helper()
	return need.Program(tb, name, "install it")
}

// needModule skips without a package of Python.
func needModule(tb testing.TB, name string) {
	tb.Helper()
	python := needProgram(tb, "python3")
	if exec.Command(python, "-c", "import "+name).Run() != nil {
		need.Missing(tb, name, fmt.Errorf("python3 has no %s: install it (apt-get install python3-%s)", name, name))
	}
}

// needRoot skips what an ordinary user may not do.
func needRoot(tb testing.TB) {
	tb.Helper()
	if os.Getuid() != 0 {
		need.Missing(tb, "root", errors.New("this is not root: run them as root"))
	}
}

// testEnv is what a subject needs to find programs.
func testEnv(more ...string) []string {
	// GORACE, because a subject built with -race waits for a second before it exits.
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "GORACE=atexit_sleep_ms=0"},
		more...)
}

// subject is an argv of this binary.
func subject(args ...string) []string {
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return append([]string{exe, "SUBJECT"}, args...)
}

// echo answers with what a request looks like from the mock's side.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	sni := "-"
	if r.TLS != nil {
		sni = r.TLS.ServerName
	}
	fmt.Fprintf(w, "%s host=%s sni=%s path=%s\n", r.Proto, r.Host, sni, r.URL.Path)
})

// outcome is a run that is over.
type outcome struct {
	Exit
	*Process
	stdout, stderr string
}

// run runs a subject to its end, and ends it after a minute.
func run(tb testing.TB, c Config) outcome {
	tb.Helper()
	needSandbox(tb)
	var stdout, stderr buffer
	if c.Stdout == nil {
		c.Stdout = &stdout
	}
	if c.Stderr == nil {
		c.Stderr = &stderr
	}
	if c.Env == nil {
		c.Env = testEnv()
	}
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	p, err := Start(tb.Context(), c)
	if err != nil {
		tb.Fatal(err)
	}
	exit, err := p.Wait()
	if err != nil {
		tb.Fatal(err)
	}
	return outcome{exit, p, stdout.String(), stderr.String()}
}

func (o outcome) wantStdout(tb testing.TB, want string) {
	tb.Helper()
	if o.Code != 0 || o.stdout != want {
		tb.Errorf("exit %d, stdout:\n%swant:\n%s\nstderr:\n%s\nrefused: %v\ntls: %v", o.Code, o.stdout, want, o.stderr,
			o.Refused(), o.TLSFailures())
	}
}

// wantRefused compares attempts as lines, in any order.
func (o outcome) wantRefused(tb testing.TB, want ...string) {
	tb.Helper()
	left := make(map[string]int)
	for _, w := range want {
		left[w]++
	}
	for _, a := range o.Refused() {
		left[a.String()]--
		if a.Time.IsZero() || a.Count < 1 {
			tb.Errorf("attempt without time or count: %+v", a)
		}
	}
	for line, n := range left {
		if n != 0 {
			tb.Errorf("refused: %v\nwant: %q", o.Refused(), want)
			return
		}
		_ = line
	}
}

// buffer is a bytes.Buffer that can be watched.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// worldReadable copies this binary to where any user can run it.
func worldReadable(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("/tmp", "isolation")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	data, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(dir, "isolation.test")
	if err := os.WriteFile(path, data, 0o755); err != nil {
		tb.Fatal(err)
	}
	return path
}
