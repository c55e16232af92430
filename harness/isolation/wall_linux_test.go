package isolation

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
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
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			o := run(t, Config{Argv: []string{"/bin/sh", "-c", a.script}, Env: testEnv()})
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
	{"the machine's name", `hostname attacked 2>/dev/null && echo changed; echo end`, "end\n"},
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
