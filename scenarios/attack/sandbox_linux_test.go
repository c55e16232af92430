package attack

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// sandboxTries are scripts of sh that succeed if they reach what they should not. $SECRET is what
// planted files say; $PORT a service of this machine; $ABSTRACT and $PATHSOCK Unix sockets
// of it; $KEY a segment of System V shared memory; $MACHINE a directory of /tmp with a file.
var sandboxTries = []struct{ name, script string }{
	{"a descriptor that was inherited", `grep -q "$SECRET" <&9`},
	{"an inherited socket", `ls -l /proc/self/fd | grep -q 'socket:.*' && ls /proc/self/fd | grep -qx 8`},
	{"~/.ssh", `grep -rq "$SECRET" "$REALHOME/.ssh"`},
	{"~/.aws", `grep -rq "$SECRET" "$REALHOME/.aws"`},
	{"~/.config", `grep -rq "$SECRET" "$REALHOME/.config"`},
	{"~/.npmrc", `grep -q "$SECRET" "$REALHOME/.npmrc"`},
	{"~/.netrc", `grep -q "$SECRET" "$REALHOME/.netrc"`},
	{"~/.docker", `grep -rq "$SECRET" "$REALHOME/.docker"`},
	{"~/.kube", `grep -rq "$SECRET" "$REALHOME/.kube"`},
	{"~/.git-credentials", `grep -q "$SECRET" "$REALHOME/.git-credentials"`},
	{"~/.bash_history", `grep -q "$SECRET" "$REALHOME/.bash_history"`},
	{"~/.cargo/credentials.toml", `grep -q "$SECRET" "$REALHOME/.cargo/credentials.toml"`},
	{"~/.m2/settings.xml", `grep -q "$SECRET" "$REALHOME/.m2/settings.xml"`},
	{"to write ~/.bashrc, seen outside", `echo attacked >> "$REALHOME/.bashrc"; false`},
	{"to write ~/.profile, seen outside", `echo attacked >> "$REALHOME/.profile"; false`},
	{"to replace the tool, seen outside", `cp /bin/true "$TOOL"; false`},
	{"/etc/passwd", `echo attacked >> /etc/passwd`},
	{"/etc/cron.d", `echo attacked > /etc/cron.d/attacked`},
	{"/usr/bin", `echo attacked > /usr/bin/attacked`},
	{"/usr/local/bin", `echo attacked > /usr/local/bin/attacked`},
	{"/", `echo attacked > /attacked`},
	{"a file in /tmp, seen outside", `echo attacked > "$MACHINE/file"; false`},
	{"a new file in /tmp, seen outside", `echo attacked > "$MACHINE/new"; false`},
	{"/etc/shadow", `grep -q : /etc/shadow`},
	{"the private keys of the machine", `ls /etc/ssl/private/* /etc/ssh/*`},
	{"the socket of Docker", `test -S /run/docker.sock || test -S /var/run/docker.sock`},
	{"what is in /run", `ls -A /run | grep -q .`},
	{"logs", `ls -A /var/log | grep -q .`},
	{"disks", `for f in /dev/*; do [ -b $f ] && exit 0; done; false`},
	{"a disk made here", `mknod "$TMPDIR/disk" b 254 0 && head -c 1 "$TMPDIR/disk"`},
	{"/dev/kvm", `test -e /dev/kvm`},
	{"/dev/fuse", `test -e /dev/fuse`},
	{"/dev/mem", `test -e /dev/mem`},
	{"/dev/net/tun", `test -e /dev/net/tun`},
	{"shared memory files", `ls -A /dev/shm | grep -q .`},
	{"core_pattern", `cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern`},
	{"modprobe", `cat /proc/sys/kernel/modprobe > /proc/sys/kernel/modprobe`},
	{"core_pattern by another path", `f=/proc/1/root/proc/sys/kernel/core_pattern; cat $f > $f`},
	{"formats of programs", `echo :x:M::x::/bin/sh: > /proc/sys/fs/binfmt_misc/register`},
	{"the helper for devices", `cat /sys/kernel/uevent_helper > /sys/kernel/uevent_helper`},
	{"huge pages", `f=/sys/kernel/mm/transparent_hugepage/enabled; echo madvise > $f`},
	{"memory of the kernel", `head -c 1 /proc/kcore || head -c 1 /dev/kmsg`},
	{"swappiness", `cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness`},
	{"the magic system request", `echo h > /proc/sysrq-trigger`},
	{"control groups", `mkdir /sys/fs/cgroup/attacked`},
	{"a control group's processes", `echo $$ > /sys/fs/cgroup/cgroup.procs`},
	{"/sys", `echo change > /sys/class/net/lo/uevent`},
	{"another process of the machine",
		`kill -0 "$CALLER" && test "$(tr '\0' ' ' < /proc/$CALLER/cmdline)" != "" && grep -qa attack /proc/$CALLER/cmdline`},
	{"the root of process 1", `ls /proc/1/root/proc/1/root/attacked`},
	{"memory of process 1", `head -c 1 /proc/1/mem`},
	{"the host name", `hostname attacked`},
	{"System V shared memory", `grep -q "^ *$KEY " /proc/sysvipc/shm`},
	{"a port of loopback",
		`python3 -c 'import socket,os; socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), 5)'`},
	{"the same by IPv6",
		`python3 -c 'import socket,os; socket.create_connection(("::ffff:127.0.0.1", int(os.environ["PORT"])), 5)'`},
	{"a public address", `python3 -c 'import socket; socket.create_connection(("203.0.113.66", 443), 5)'`},
	{"an abstract Unix socket",
		`python3 -c 'import socket,os; socket.socket(socket.AF_UNIX).connect("\0"+os.environ["ABSTRACT"])'`},
	{"a Unix socket in /tmp",
		`python3 -c 'import socket,os; socket.socket(socket.AF_UNIX).connect(os.environ["PATHSOCK"])'`},
	{"sockets of virtual machines", `python3 -c 'import socket; socket.socket(40, 1)'`},
	{"the session keyring",
		`python3 -c 'import ctypes; l=ctypes.CDLL(None,use_errno=True); exit(l.syscall(250,0,-3,0)<0)'`},
	{"names of keys", `grep -q . /proc/keys`},
	{"BPF", `python3 -c 'import ctypes; l=ctypes.CDLL(None,use_errno=True); exit(l.syscall(321,5,0,0)<0 and ctypes.get_errno()==1)'`},
	{"to mount", `mount -t tmpfs t /etc`},
	{"to make a mount writable", `mount -o remount,bind,rw /`},
	{"the same in a namespace of one's own", `unshare -Urm mount -o remount,bind,rw /`},
	{"a new /proc", `unshare -Urmpf mount -t proc p /proc`},
	{"a namespace of control groups", `unshare -UrC true`},
	{"another namespace", `nsenter -t 1 -n true`},
	{"the terminal", `echo > /dev/tty`},
	{"new privileges", `grep -q "NoNewPrivs:.0" /proc/self/status`},
	{"capabilities over the machine",
		`test $(( 0x$(sed -n 's/CapEff:.//p' /proc/self/status) & (1<<21 | 1<<12 | 1<<16 | 1<<17) )) != 0`},
	{rootOutside, `test "$(awk 'NR == 1 {print $2}' /proc/self/uid_map)" = 0`},
	{"streams that are sockets", `readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 | grep -q socket`},
	{"the session of process 1", `test "$(cut -d ' ' -f 6 /proc/self/stat)" = 1`},
	{"the group of process 1", `test "$(cut -d ' ' -f 5 /proc/self/stat)" = 1`},
	{"a socket of the machine handed on", `ls -l /proc/self/fd | grep -v "/proc/" | grep -q "socket:"`},
	{"to raise a limit", `ulimit -Hu unlimited || ulimit -Hf unlimited`},
	{"hooks of git in the working directory", `echo attacked > .git/hooks/pre-commit`},
}

// TestSandbox runs them all in a sandbox, as who runs the tests and as a user.
func TestSandbox(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	need.Program(t, "python3", "install it")
	for who, id := range whoTries() {
		t.Run(who, func(t *testing.T) { attackSandbox(t, part(t, "sandbox as "+who), id) })
	}
}

func attackSandbox(t *testing.T, s *score, id uint32) {
	const secret = "PLANTED-SECRET-OF-THE-MACHINE"
	home, machine := planted(t, secret, id)
	app := filepath.Join(home, "project")
	tcp, abstract, path := services(t, machine)
	shm, err := unix.SysvShmGet(int(0x61747400+id%100), 4096, unix.IPC_CREAT|0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.SysvShmCtl(shm, unix.IPC_RMID, nil)

	script := func(wanted func(name, script string) bool) string {
		var b strings.Builder
		fmt.Fprintf(&b,
			"export SECRET=%s REALHOME=%s MACHINE=%s PORT=%d ABSTRACT=%s PATHSOCK=%s KEY=%d TOOL=%s CALLER=%d\n"+
				"export TMPDIR=${TMPDIR:-/tmp}\n", secret, home, machine, tcp, abstract, path, 0x61747400+id%100,
			command(t, "hostproof"), os.Getpid())
		for i, try := range sandboxTries {
			if wanted(try.name, try.script) {
				fmt.Fprintf(&b, "if (%s\n) >/dev/null 2>&1 </dev/null; then echo broke %d; else echo held %d; fi\n",
					strings.ReplaceAll(try.script, "<&9", "</proc/self/fd/9"), i, i)
			}
		}
		return b.String()
	}
	worksOutside(t, script(harmless), as(id))
	cmd := exec.Command(command(t, "hostproof"), "run", "--host", "vercel", "--isolation", "sandbox", "--timeout",
		"50s", "--",
		"/bin/sh", "-c", script(func(string, string) bool { return true }))
	cmd.Dir, cmd.Env = app, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
	cmd.SysProcAttr = as(id)
	inherited, err := os.Open(filepath.Join(home, ".ssh/id_ed25519"))
	if err != nil {
		t.Fatal(err)
	}
	defer inherited.Close()
	cmd.ExtraFiles = []*os.File{inherited, inherited, inherited, inherited, inherited, inherited, inherited}
	out, _ := cmd.CombinedOutput() // it fails: there is no call to AWS
	for i, try := range sandboxTries {
		if try.name == rootOutside && became(string(out), i) != "held" &&
			strings.Contains(string(out), "the program is the same user as outside") {
			t.Logf("%s is not held here, and hostproof says so before the start", try.name)
			continue
		}
		s.tried(t, try.name, string(out), i)
	}
	unchanged(t, s, home, machine)
}

// tried counts a try of a script whose output says "held" or "broke" with its number.
func (s *score) tried(t *testing.T, name, output string, number int) {
	t.Helper()
	switch became(output, number) {
	case "held":
		s.try(t, name, "")
	case "broke":
		s.try(t, name, "reached")
	default:
		t.Fatalf("%s was not tried: %s", name, output)
	}
}

// became is "held" or "broke", "" for a try whose number is not in the output. A terminal ends lines with a
// carriage return, too.
func became(output string, number int) string {
	found := regexp.MustCompile(fmt.Sprintf(`(held|broke) %d\r?\n`, number)).FindStringSubmatch(output)
	if found == nil {
		return ""
	}
	return found[1]
}

// as starts a program as a user, where this process may: as root.
func as(id uint32) *syscall.SysProcAttr {
	if os.Getuid() != 0 {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: id, Gid: id}}
}

// rootOutside is the try that is not held where the file system cannot translate owners, as in a
// container: that is said before the program starts (harness/docs/security.md).
const rootOutside = "to be the machine's root"

// harmless are tries that may be made outside of a sandbox, too, where they have to succeed.
func harmless(name, script string) bool {
	switch name {
	case "a port of loopback", "an abstract Unix socket", "a Unix socket in /tmp", "System V shared memory":
		return true
	}
	return strings.HasPrefix(script, "grep") && strings.Contains(script, "$REALHOME")
}

// worksOutside shows that the tries reach what they are after where nothing keeps them from
// it.
func worksOutside(t *testing.T, script string, credential *syscall.SysProcAttr) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Dir, cmd.SysProcAttr = "/", credential
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(out), "held") || strings.Count(string(out), "broke") < 15 {
		t.Errorf("outside of a sandbox, tries fail: %v %s", err, out)
	}
}

// credentialFiles are planted below a home.
var credentialFiles = []string{".ssh/id_ed25519", ".aws/credentials", ".config/gh/hosts.yml", ".npmrc", ".netrc",
	".docker/config.json", ".kube/config", ".git-credentials", ".bash_history", ".cargo/credentials.toml",
	".m2/settings.xml", ".bashrc", ".profile", "project/.git/hooks/sample"}

// planted makes a home with secrets, and a directory with a file, both of a user.
func planted(t *testing.T, secret string, id uint32) (home, machine string) {
	t.Helper()
	for _, dir := range []*string{&home, &machine} {
		var err error
		if *dir, err = os.MkdirTemp("/tmp", "attack-"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(*dir) })
	}
	for _, p := range append(credentialFiles, "../"+filepath.Base(machine)+"/file") {
		p = filepath.Join(home, p)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{home, machine} {
		err := filepath.WalkDir(dir, func(p string, _ os.DirEntry, err error) error {
			if err != nil || os.Getuid() != 0 {
				return err
			}
			return os.Lchown(p, int(id), int(id))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return home, machine
}

// services listen on this machine, and nobody may get to them.
func services(t *testing.T, dir string) (port int, abstract, path string) {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	abstract, path = filepath.Base(dir), filepath.Join(dir, "socket")
	for _, l := range []string{"@" + abstract, path} {
		u, err := net.Listen("unix", l)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { u.Close() })
	}
	if err := os.Chmod(path, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tcp.Close() })
	return tcp.Addr().(*net.TCPAddr).Port, abstract, path
}

// unchanged looks for what an attack has left on the machine.
func unchanged(t *testing.T, s *score, home, machine string) {
	t.Helper()
	for _, p := range []string{filepath.Join(home, ".bashrc"), filepath.Join(home, ".profile"), filepath.Join(machine,
		"file")} {
		broke := ""
		if data, err := os.ReadFile(p); err != nil || strings.Contains(string(data), "attacked") {
			broke = fmt.Sprintf("it is changed: %q, %v", data, err)
		}
		s.try(t, "after the end: "+filepath.Base(p), broke)
	}
	tool := ""
	if info, err := os.Stat(command(t, "hostproof")); err != nil || info.Size() < 1<<20 {
		tool = "it is another one"
	}
	s.try(t, "after the end: the tool", tool)
	broke := ""
	if _, err := os.Stat(filepath.Join(machine, "new")); err == nil {
		broke = "it is there"
	}
	s.try(t, "after the end: a new file", broke)
}

// TestKillZero: a program that ends its process group ends itself alone.
func TestKillZero(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	s := part(t, "signals")
	for name, kill := range map[string]string{"kill 0": "kill -KILL 0", "kill -1": "kill -KILL -1",
		"kill 1": "kill -KILL 1"} {
		cmd := exec.Command("/bin/sh", "-c",
			fmt.Sprintf(`"%s" run --host vercel --isolation sandbox -- /bin/sh -c '%s; sleep 1'; echo goes on`,
				command(t, "hostproof"), kill))
		cmd.Dir, cmd.SysProcAttr = t.TempDir(), &syscall.SysProcAttr{Setpgid: true}
		out, err := cmd.CombinedOutput()
		broke := ""
		if err != nil || !strings.Contains(string(out), "goes on\n") || !strings.Contains(string(out), "host vercel") {
			broke = fmt.Sprintf("the caller ended, or there is no report: %v %s", err, out)
		}
		s.try(t, name, broke)
	}
}
