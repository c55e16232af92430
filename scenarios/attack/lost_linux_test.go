package attack

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// malformed are requests of a program that a server of HTTP refuses, in Python.
var malformed = []struct{ name, request string }{
	{"a control byte", `GET / HTTP/1.1\r\nHost: a\r\nX-Amz-Security-Token: IQoJ\x01abc\r\n\r\n`},
	{"two hosts", `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`},
	{"a space before a colon", `GET / HTTP/1.1\r\nHost: a\r\nAuthorization : x\r\n\r\n`},
	{"a header of 2 MiB", `GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * (2 << 20) + b"\r\n\r\n`},
	{"OPTIONS *", `OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`},
	{"no HTTP at all", `EHLO mail.example\r\n\r\n`},
	{"a frame of HTTP/2 that is none",
		`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9) + b"\x00\x00\x04\x01\x05\x00\x00\x00\x01\xff\xff\xff\xff`},
}

// sends is a program of Python that sends a request by TLS.
const sends = `
import socket, ssl, sys
context = ssl.create_default_context()
request = b"%s"
if request.startswith(b"PRI"): context.set_alpn_protocols(["h2"])
name = "sts.us-east-1.amazonaws.com"
s = context.wrap_socket(socket.create_connection((name, 443)), server_hostname=name)
try:
    s.sendall(request)
    while s.recv(65536): pass
except OSError:
    pass
sys.exit(1)`

// TestMalformedInASandbox: each is in the report.
func TestMalformedInASandbox(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	need.Program(t, "python3", "install it")
	for who, id := range whoTries() {
		s := part(t, "malformed requests in a sandbox as "+who)
		for _, row := range malformed {
			report := sandboxed(t, id, nil, "exec python3 -c '"+fmt.Sprintf(sends, row.request)+"'")
			broke := ""
			if !strings.Contains(report, "refused") || strings.Contains(report, "no AWS call reached the mock") {
				broke = report
			}
			s.try(t, row.name, broke)
		}
	}
}

// sandboxed is what hostproof prints of a script in a sandbox.
func sandboxed(t *testing.T, id uint32, flags []string, script string) string {
	t.Helper()
	home, _ := planted(t, "x", id)
	args := append([]string{"run", "--host", "vercel", "--isolation", "sandbox", "--timeout", "50s"}, flags...)
	cmd := exec.Command(command(t, "hostproof"), append(args, "--", "/bin/sh", "-c", script)...)
	cmd.Dir, cmd.Env = filepath.Join(home, "project"), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
	cmd.SysProcAttr = as(id)
	out, _ := cmd.CombinedOutput() // a finding is a status of 1
	return string(out)
}

// flood makes many connections that are refused, and one that matters among them.
const flood = `
import socket
for i in range(20000):
    if i == 10000:
        s = socket.socket(); s.settimeout(2); s.connect_ex(("203.0.113.66", 4444)); s.close()
    s = socket.socket(); s.setblocking(False); s.connect_ex(("198.51.100.%d" % (i % 200 + 1), 80)); s.close()
`

var unlisted = regexp.MustCompile(`([\d,. ]+) (more )?(refused connections|refusals|connections)`)

// TestFloodOfRefusals: a connection among very many is listed, with its port, as the script that the
// report shows has it not; or the report says how many are not.
func TestFloodOfRefusals(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	need.Program(t, "python3", "install it")
	for who, id := range whoTries() {
		s := part(t, "a flood of refusals as "+who)
		report := sandboxed(t, id, nil, "python3 -c '"+flood+"'")
		broke := ""
		if !strings.Contains(report, "203.0.113.66:4444") && !unlisted.MatchString(report) {
			broke = fmt.Sprintf("%.3000s", report)
		}
		s.try(t, "one of 20000", broke)
	}
}

// ways by which programs of the machine meet, in Python: each succeeds where it should not.
var meetings = []struct{ name, python string }{
	{"to type into its own terminal", `
import fcntl, termios
for f in 0, 1, 2:
    fcntl.ioctl(f, termios.TIOCSTI, b"x")`},
	{"a queue of messages", `
import ctypes, os
l = ctypes.CDLL("libc.so.6", use_errno=True)
assert l.syscall(240, os.environ["QUEUE"].encode(), 0, 0, 0) >= 0`},
	{"to move its own clocks", `
with open("/proc/self/timens_offsets", "w") as f: f.write("monotonic 100 0")`},
	{"to join another namespace of clocks", `
import os
assert os.readlink("/proc/self/ns/time") == os.environ["CLOCKS"]`},
	{"io_uring", `
import ctypes
l = ctypes.CDLL("libc.so.6", use_errno=True)
assert l.syscall(425, 1, (ctypes.c_char * 200)()) >= 0`},
	{"a call of 32 bits", `
import ctypes
l = ctypes.CDLL("libc.so.6", use_errno=True)
assert l.syscall(0x40000000 + 39) > 0`},
	{"to load a module", `
import ctypes, os
l = ctypes.CDLL("libc.so.6", use_errno=True)
l.syscall(313, 0, b"", 0)
assert ctypes.get_errno() != 1`},
	{"to trace process 1", `
import ctypes
l = ctypes.CDLL("libc.so.6", use_errno=True)
assert l.ptrace(16, 1, 0, 0) == 0`},
	{"memory of the caller", `
import os
open("/proc/%s/mem" % os.environ["CALLER"], "rb").read(1)`},
	{"to open a file by its handle", `
import ctypes
l = ctypes.CDLL("libc.so.6", use_errno=True)
l.syscall(304, -100, 0, 0)
assert ctypes.get_errno() != 1`},
	{"to leave by chroot", `
import os
os.mkdir("out"); fd = os.open("/", 0); os.chroot("out"); os.fchdir(fd)
for i in range(50): os.chdir("..")
os.chroot(".")
assert open("/etc/shadow").read()`},
	{"a setuid program", `
import os, subprocess
assert subprocess.call(["su", "-c", "true"], stdin=subprocess.DEVNULL) == 0 and os.getuid() != 0`},
}

// TestMeetings tries them with a terminal of its own, too.
func TestMeetings(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	need.Program(t, "python3", "install it")
	clocks, _ := os.Readlink("/proc/self/ns/time") // empty before Linux 5.6
	for who, id := range whoTries() {
		for _, flags := range [][]string{nil, {"--terminal"}} {
			s := part(t, strings.Join(append([]string{"meetings as " + who}, flags...), ", "))
			var script strings.Builder
			fmt.Fprintf(&script, "export QUEUE=%s CLOCKS=%q CALLER=%d\n", queue(t, id), clocks, os.Getpid())
			for i, row := range meetings {
				fmt.Fprintf(&script, "if python3 -c '%s' 2>/dev/null; then echo broke %d; else echo held %d; fi\n",
					row.python, i, i)
			}
			report := sandboxed(t, id, flags, script.String())
			for i, row := range meetings {
				s.tried(t, row.name, report, i)
			}
		}
	}
}

// queue makes a queue of messages for a user (mq_overview(7)).
func queue(t *testing.T, id uint32) string {
	t.Helper()
	name := fmt.Sprintf("attack%d-%d", os.Getpid(), id)
	pointer, err := unix.BytePtrFromString(name)
	if err != nil {
		t.Fatal(err)
	}
	const flags = unix.O_RDWR | unix.O_CREAT
	fd, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(pointer)), flags, 0o666, 0, 0, 0)
	if errno != 0 {
		return name // a kernel without queues has none to reach
	}
	_ = unix.Close(int(fd))
	t.Cleanup(func() { _, _, _ = unix.Syscall(unix.SYS_MQ_UNLINK, uintptr(unsafe.Pointer(pointer)), 0, 0) })
	return name
}

// TestLeftovers: what ends hostproof leaves no program and no directory.
func TestLeftovers(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	s := part(t, "leftovers")
	for _, row := range []struct {
		name, mode string
		signal     unix.Signal
		stay       bool // its directories may: nothing runs that could remove them
	}{
		{"SIGHUP in a sandbox", "sandbox", unix.SIGHUP, false},
		{"SIGTERM in a sandbox", "sandbox", unix.SIGTERM, false},
		{"SIGINT in a sandbox", "sandbox", unix.SIGINT, false},
		{"SIGKILL in a sandbox", "sandbox", unix.SIGKILL, true},
		{"SIGHUP without", "endpoint", unix.SIGHUP, false},
		{"SIGTERM without", "endpoint", unix.SIGTERM, false},
		{"SIGKILL without", "endpoint", unix.SIGKILL, true},
	} {
		for _, way := range leaving {
			s.try(t, row.name+", "+way.name, leftBy(t, row.mode, way.script, row.signal, row.stay))
		}
	}
}

// leaving are ways of a program to leave another behind, that sleeps as long as %s says. It
// says "ready" when that runs.
var leaving = []struct{ name, script string }{
	{"a child", "sleep %s & echo ready; wait"},
	{"a daemon", `setsid sh -c 'setsid sh -c "echo > ready; exec sleep %s" >/dev/null 2>&1 & exit' &
		while ! test -e ready; do sleep 0.01; done; echo ready; sleep 9`},
}

// leftBy ends hostproof by a signal and says what is left.
func leftBy(t *testing.T, mode, script string, signal unix.Signal, stay bool) string {
	t.Helper()
	dir, mark := t.TempDir(), fmt.Sprintf("30.%d%d", os.Getpid(), time.Now().UnixNano()%1_000_000)
	cmd := exec.Command(command(t, "hostproof"), "run", "--host", "vercel", "--isolation", mode, "--", "/bin/sh", "-c",
		fmt.Sprintf(script, mark))
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Process.Signal(signal)
	_ = cmd.Wait()
	for deadline := time.Now().Add(10 * time.Second); runs(mark); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			return "the program runs on"
		}
	}
	_ = os.Remove(filepath.Join(dir, "ready"))
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(left) > 0 && !stay {
		return fmt.Sprint(left)
	}
	return ""
}

// runs says whether a process has a word in its command line.
func runs(word string) bool {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, l := range lines {
		if data, _ := os.ReadFile(l); strings.Contains(string(data), "\x00"+word+"\x00") {
			return true
		}
	}
	return false
}

// TestNothingIsPassedOver: a run whose program floods everything has a report that can be read.
func TestNothingIsPassedOver(t *testing.T) {
	s := part(t, "output of a program")
	for name, script := range map[string]string{
		"one very long line":  `head -c 5000000 /dev/zero | tr '\0' x >&2; exit 1`,
		"escape sequences":    `printf 'Error: \033]0;title\007\033[2J gone\n' >&2; exit 1`,
		"markup":              `printf '<script>alert(1)</script> ]]> &x;\n' >&2; exit 1`,
		"bytes that no UTF-8": `printf 'Error: \377\376 \000 x\n' >&2; exit 1`,
	} {
		cmd := exec.Command(command(t, "hostproof"), "run", "--host", "vercel", "--isolation", "endpoint", "--json",
			"--junit", "junit.xml", "--", "/bin/sh", "-c", script)
		cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
		out, _ := cmd.Output() // it failed
		broke := ""
		if !json.Valid(out) {
			broke = fmt.Sprintf("%.200q is no JSON", out)
		}
		junit, err := os.ReadFile(filepath.Join(cmd.Dir, "junit.xml"))
		if err != nil || strings.ContainsAny(string(junit), "\x1b\x07\x00") {
			broke = fmt.Sprintf("JUnit: %v %.300q", err, junit)
		}
		s.try(t, name, broke)
	}
}
