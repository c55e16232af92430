package isolation

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/need"
)

// TestWall attacks the machine from inside, as root (if the tests are) and as a user
// who is not. Each attack prints what it got.
func TestWall(t *testing.T) {
	needSandbox(t)
	t.Run("as who runs the tests", attackAll)
	if os.Geteuid() != 0 {
		return
	}
	t.Run("as a user", func(t *testing.T) {
		cmd := exec.Command(worldReadable(t), "-test.run", "^TestWall$", "-test.v")
		cmd.Env, cmd.Dir = testEnv(), "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS: TestWall/")) {
			t.Errorf("%v: %s", err, out)
		}
	})
}

func attackAll(t *testing.T) {
	t.Run("an inherited socket", attackInheritedSocket)
	t.Run("shared memory", attackSharedMemory)
	t.Run("who it is outside", attackIdentity)
	t.Run("standard streams", attackStreams)
	for _, name := range []string{"the user's home", "a hidden place", "a private layer", "the working directory"} {
		t.Run(name, filesAttacks[name])
	}
	for _, a := range attacks {
		if a.name == "cgroups of others" && cgroupNamespace() == 0 {
			continue // their names show, and nothing of them can be changed
		}
		t.Run(a.name, func(t *testing.T) {
			o := run(t, Config{Argv: []string{"/bin/sh", "-c", a.script}, Env: testEnv("TMPDIR=" + t.TempDir())})
			if o.stdout != a.want {
				t.Errorf("printed %q and %q, want %q", o.stdout, o.stderr, a.want)
			}
		})
	}
}

// attacks print what they got hold of, and then "end".
var attacks = []struct{ name, script, want string }{
	{"what runs when a program dumps core",
		`(cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern) 2>/dev/null && echo changed; echo end`,
		"end\n"},
	{"memory settings",
		`(cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness) 2>/dev/null && echo changed; echo end`, "end\n"},
	{"cgroups", `mkdir /sys/fs/cgroup/hostproof-attack 2>/dev/null && echo made; echo end`, "end\n"},
	{"cgroups of others", `grep -v ":/$" /proc/self/cgroup; echo end`, "end\n"},
	{"new privileges", `grep NoNewPrivs /proc/self/status; echo end`, "NoNewPrivs:\t1\nend\n"},
	{"the machine's files", `(echo x >> /etc/passwd || echo x > /usr/bin/hostproof-attack || echo x > /hostproof-attack
		) 2>/dev/null && echo written; echo end`, "end\n"},
	{"what is in /run", `ls /run /var/run/; echo end`, "/run:\n\n/var/run/:\nend\n"},
	{"passwords", `cat /etc/shadow /etc/gshadow; echo end`, "end\n"},
	{"devices", `for f in /dev/* /dev/*/*; do [ ! -b $f ] || echo $f; [ -L $f ] || [ ! -c $f ] || printf '%s ' $f; done
		echo end`, "/dev/full /dev/null /dev/random /dev/tty /dev/urandom /dev/zero /dev/pts/ptmx end\n"},
	{"the same elsewhere", `mknod "$TMPDIR/disk" b 8 0 2>/dev/null && cat "$TMPDIR/disk"; echo end`, "end\n"},
	{"a mount made writable again", `mount -o remount,bind,rw / 2>/dev/null && echo done; echo end`, "end\n"},
	{"the same as root of another namespace",
		`unshare -Urm sh -c 'mount -o remount,bind,rw / || mount -t proc p /proc || mount -t tmpfs t /etc' 2>/dev/null && echo done
		echo end`, "end\n"},
	{"a namespace of control groups", `unshare -UrC true 2>/dev/null && echo made; echo end`, "end\n"},
	{"the terminal", `(echo > /dev/tty) 2>/dev/null && echo opened; echo end`, "end\n"},
	{"the caller's process group", `kill -TERM 0; echo end`, ""},
	{"the machine's name", `hostname attacked 2>/dev/null && echo changed; echo end`, "end\n"},
}

// TestJavaKnowsItsMachine: Java reads the control groups that it is in, and ends where their
// mounts make no sense to it.
func TestJavaKnowsItsMachine(t *testing.T) {
	need.InFull(t)
	java := need.Program(t, "java", "install a JDK")
	o := run(t, Config{Argv: []string{java, "-XshowSettings:system", "-version"}, Env: testEnv()})
	if strings.Contains(o.stdout+o.stderr, "Exception") || !strings.Contains(o.stdout+o.stderr, "Provider: cgroup") {
		t.Errorf("printed %q and %q", o.stdout, o.stderr)
	}
}

// attackInheritedSocket leaves a connection of this process open across exec.
func attackInheritedSocket(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	f, err := c.(*net.TCPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// Not close-on-exec, as a descriptor is that a shell has opened.
	const inherited = 77
	if err := unix.Dup3(int(f.Fd()), inherited, 0); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(inherited)
	o := run(t, Config{Argv: []string{"/bin/sh", "-c", `ls /proc/self/fd | tr '\n' ' '`}, Env: testEnv()})
	if got := o.stdout; strings.Contains(got, "77") || !strings.Contains(got, "0 1 2 ") {
		t.Errorf("the subject has descriptors %s", got)
	}
}

// attackIdentity asks a service of this machine who calls.
func attackIdentity(t *testing.T) {
	python := needProgram(t, "python3")
	dir := t.TempDir()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "s"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Chmod(filepath.Join(dir, "s"), 0o777); err != nil {
		t.Fatal(err)
	}
	caller := make(chan uint32, 1)
	go func() {
		c, err := l.AcceptUnix()
		if err != nil {
			return
		}
		defer c.Close()
		raw, _ := c.SyscallConn()
		_ = raw.Control(func(fd uintptr) {
			if who, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
				caller <- who.Uid
			}
		})
	}()
	o := run(t, Config{Argv: []string{python, "-c", `import socket, os
socket.socket(socket.AF_UNIX).connect("s")
open("made", "w").close()
os.chown("made", 33, 33)
print(os.getuid(), os.stat("made").st_uid)`}, Env: testEnv(), Dir: dir})
	want, made := uint32(os.Geteuid()), "0 33\n"
	if want == 0 && len(Lacks()) == 0 {
		want = firstID
	}
	if got := <-caller; got != want {
		t.Errorf("the caller is %d, want %d", got, want)
	}
	if os.Geteuid() != 0 {
		return // who cannot give files away
	}
	if o.stdout != made {
		t.Errorf("inside: %q, want %q: %s", o.stdout, made, o.stderr)
	}
	var st unix.Stat_t
	if err := unix.Stat(filepath.Join(dir, "made"), &st); err != nil || st.Uid != 33 {
		t.Errorf("the file is one of %d, %v", st.Uid, err)
	}
}

// attackStreams hands over a socket, which goes through a pipe.
func attackStreams(t *testing.T) {
	ours, theirs, err := socketPair()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	defer theirs.Close()
	o := run(t, Config{Argv: []string{"/bin/sh", "-c",
		`for f in 0 1 2; do readlink /proc/self/fd/$f; done; echo opened > /dev/stdout; read x; echo $x`},
		Env: testEnv(), Stdin: pipeOf(t, "said\n")})
	if strings.Count(o.stdout, "pipe:[") != 3 || !strings.HasSuffix(o.stdout, "opened\nsaid\n") {
		t.Errorf("it has %q; %s", o.stdout, o.stderr)
	}
	p, err := Start(t.Context(), Config{Argv: []string{"/bin/sh", "-c", `readlink /proc/self/fd/1`}, Env: testEnv(),
		Stdout: theirs})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 100)
	if n, err := ours.Read(said); err != nil || !strings.HasPrefix(string(said[:n]), "pipe:[") {
		t.Errorf("through a socket it said %q, %v", said[:n], err)
	}
}

// pipeOf is the end of a pipe in which a text is.
func pipeOf(t *testing.T, text string) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if _, err := w.WriteString(text); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return r
}

// attackSharedMemory looks for a segment of System V shared memory of this machine.
func attackSharedMemory(t *testing.T) {
	const key = 0x68707266
	id, err := unix.SysvShmGet(key, 4096, unix.IPC_CREAT|0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.SysvShmCtl(id, unix.IPC_RMID, nil)
	script := fmt.Sprintf(`grep -c "^ *%d " /proc/sysvipc/shm`, key)
	if out, err := exec.Command("/bin/sh", "-c", script).Output(); err != nil || string(out) != "1\n" {
		t.Fatalf("outside: %s, %v", out, err)
	}
	o := run(t, Config{Argv: []string{"/bin/sh", "-c", script}, Env: testEnv()})
	if o.stdout != "0\n" {
		t.Errorf("the subject sees it: %s%s", o.stdout, o.stderr)
	}
}

var filesAttacks = map[string]func(*testing.T){
	// One below /tmp is in a private layer: a subject may write there, and nothing stays.
	"the user's home": func(t *testing.T) {
		file := filepath.Join(os.Getenv("HOME"), ".hostproof-attack")
		o := run(t, Config{Env: testEnv(), Dir: "/",
			Argv: []string{"/bin/sh", "-c", `(echo x > "$0") 2>/dev/null && echo written; echo end`, file}})
		if !within(file, "/tmp") && !within(file, "/var/tmp") && o.stdout != "end\n" {
			t.Errorf("it printed %q and %q", o.stdout, o.stderr)
		}
		if err := os.Remove(file); err == nil {
			t.Errorf("%s was written", file)
		}
	},
	"a hidden place": func(t *testing.T) {
		home := t.TempDir()
		for _, p := range []string{".ssh/id_ed25519", ".aws/credentials", ".config/gh/hosts.yml", ".npmrc",
			".cargo/credentials.toml", ".cargo/bin/tool", "project/file"} {
			put(t, filepath.Join(home, p))
		}
		t.Setenv("HOME", home)
		script := `cd ` + home + `; for f in .ssh/id_ed25519 .aws/credentials .config/gh/hosts.yml .npmrc \
			.cargo/credentials.toml .cargo/bin/tool project/file; do [ -s $f ] && cat $f && echo " $f"; done; echo end`
		o := run(t, Config{Argv: []string{"/bin/sh", "-c", script}, Env: testEnv(), Dir: "/"})
		if want := "mine .cargo/bin/tool\nmine project/file\nend\n"; o.stdout != want {
			t.Errorf("it sees %q, want %q; %s", o.stdout, want, o.stderr)
		}
		o = run(t, Config{Argv: []string{"/bin/sh", "-c", script}, Env: testEnv(), Dir: "/",
			Read: []string{filepath.Join(home, ".npmrc")}})
		if !strings.Contains(o.stdout, "mine .npmrc\n") {
			t.Errorf("it sees %q, and was given .npmrc", o.stdout)
		}
	},
	"a private layer": func(t *testing.T) {
		dir, given := t.TempDir(), t.TempDir()
		put(t, filepath.Join(dir, "file"))
		script := fmt.Sprintf(`cd %s && cat file && echo changed > file && cat file && rm file && echo x > new && ls
			echo kept > %s/kept`, dir, given)
		o := run(t, Config{Argv: []string{"/bin/sh", "-c", script}, Env: testEnv(), Dir: "/", Write: []string{given}})
		if want := "minechanged\nnew\n"; o.stdout != want {
			t.Errorf("it printed %q, want %q; %s", o.stdout, want, o.stderr)
		}
		if data, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || string(data) != "mine" {
			t.Errorf("the file is %q now, %v", data, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "new")); err == nil {
			t.Error("a new file is left")
		}
		if data, err := os.ReadFile(filepath.Join(given, "kept")); err != nil || string(data) != "kept\n" {
			t.Errorf("what was to stay is %q, %v", data, err)
		}
	},
	"the working directory": func(t *testing.T) {
		dir := t.TempDir()
		put(t, filepath.Join(dir, ".git/hooks/pre-commit"))
		script := `echo x > out; (echo x > .git/hooks/pre-commit || echo x > .git/config) 2>/dev/null && echo written; echo end`
		o := run(t, Config{Argv: []string{"/bin/sh", "-c", script}, Env: testEnv(), Dir: dir})
		if o.stdout != "end\n" {
			t.Errorf("it printed %q and %q", o.stdout, o.stderr)
		}
		if data, err := os.ReadFile(filepath.Join(dir, "out")); err != nil || string(data) != "x\n" {
			t.Errorf("its own file is %q, %v", data, err)
		}
		t.Setenv("HOME", filepath.Join(dir, "home"))
		run(t, Config{Argv: []string{"/bin/sh", "-c", `echo x > more`}, Env: testEnv(), Dir: dir})
		if _, err := os.Stat(filepath.Join(dir, "more")); err == nil {
			t.Error("it wrote above the home")
		}
	},
}

// put makes a file.
func put(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDeniedCalls makes each call that the filter denies, by its number.
func TestDeniedCalls(t *testing.T) {
	python := needProgram(t, "python3")
	const script = `
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *args):
    ctypes.set_errno(0)
    libc.syscall(*[ctypes.c_long(a) for a in args])
    print(name, errno.errorcode.get(ctypes.get_errno()))
`
	o := run(t, Config{Argv: []string{python, "-c", script + fmt.Sprintf(`
call("keyctl", %d, 0, -3, 0)
call("request_key", %d, 0, 0, 0, 0)
call("bpf", %d, 0, 0, 0)
call("io_uring_setup", %d, 1, 0)
call("clone3", %d, 0, 0)
call("setns", %d, 0, 0)
call("vsock", %d, 40, 1, 0)
call("TIOCSTI", %d, 0, 0x5412, 0)
call("getpid", %d)
`, unix.SYS_KEYCTL, unix.SYS_REQUEST_KEY, unix.SYS_BPF, unix.SYS_IO_URING_SETUP, unix.SYS_CLONE3, unix.SYS_SETNS,
		unix.SYS_SOCKET, unix.SYS_IOCTL, unix.SYS_GETPID)}, Env: testEnv()})
	o.wantStdout(t, "keyctl EPERM\nrequest_key EPERM\nbpf EPERM\nio_uring_setup ENOSYS\nclone3 ENOSYS\nsetns EPERM\n"+
		"vsock EPERM\nTIOCSTI EPERM\ngetpid None\n")
}
