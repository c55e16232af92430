package attack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// forks makes as many processes as it can, in Python.
const forks = `
import os, time
made = 0
for i in range(400):
    try:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
        made += 1
    except OSError:
        pass
assert made < 100, made
time.sleep(1)`

// greed are programs that take all that they can get, with the flags that bound them, and what the
// report has to say then.
var greed = []struct {
	name   string
	flags  []string
	python string
	says   string
}{
	{"processes", []string{"--max-processes", "40"}, forks, "it had as many processes and threads as it may, 40"},
	{"threads", []string{"--max-processes", "40"}, `
import threading, time
made = 0
for i in range(400):
    try:
        threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
        made += 1
    except RuntimeError:
        pass
assert made < 100, made
time.sleep(1)`, "it had as many processes and threads as it may, 40"},
	{"processes of a user namespace of its own", []string{"--max-processes", "40"}, `
import subprocess
subprocess.call(["unshare", "-Ur", "python3", "-c", """` + forks + `"""])`,
		"it had as many processes and threads as it may, 40"},
	{"memory", []string{"--max-memory", "100MiB"}, `
kept = []
while True:
    kept.append(bytearray(1 << 20))`, "it was ended: it used more memory than it may, 100MiB"},
	{"memory of many processes", []string{"--max-memory", "100MiB"}, `
import os, time
for i in range(8):
    if os.fork() == 0:
        kept = bytearray(20 << 20)
        time.sleep(30)
time.sleep(30)`, "it was ended: it used more memory than it may, 100MiB"},
	{"shared memory", []string{"--max-memory", "100MiB"}, `
import mmap, time
kept = mmap.mmap(-1, 200 << 20)
for i in range(0, 200 << 20, 4096):
    kept[i] = 1
time.sleep(30)`, "it was ended: it used more memory than it may, 100MiB"},
	{"files without a name", []string{"--max-memory", "100MiB"}, `
import os, time
fd = os.memfd_create("x")
for i in range(200):
    os.write(fd, b"x" * (1 << 20))
time.sleep(30)`, "it was ended: it used more memory than it may, 100MiB"},
	{"files in /dev/shm, by memory", []string{"--max-memory", "100MiB"}, `
import time
with open("/dev/shm/x", "wb") as f:
    for i in range(200):
        f.write(b"x" * (1 << 20))
time.sleep(30)`, "it was ended: it used more memory than it may, 100MiB"},
	{"/tmp", []string{"--max-disk", "20MiB"}, `
try:
    with open("/tmp/greed", "wb") as f:
        for i in range(60):
            for part in range(10):
                open("/tmp/greed%d.%d" % (i, part), "wb").write(b"x" * (1 << 20))
    raise SystemExit("all was written")
except OSError:
    pass`, "filled all that it may have there, 20MiB"},
	{"/dev/shm", []string{"--max-disk", "20MiB"}, `
try:
    for i in range(60):
        open("/dev/shm/greed%d" % i, "wb").write(b"x" * (1 << 20))
    raise SystemExit("all was written")
except OSError:
    pass`, "filled all that it may have there, 20MiB"},
	{"a file in the home", []string{"--max-disk", "20MiB"}, `
import os, signal
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
with open(os.path.expanduser("~/greed"), "wb") as f:
    for i in range(60):
        f.write(b"x" * (1 << 20))`, "it was ended: a file that it wrote became longer than it may, 20MiB"},
	{"a limit that it raises", []string{"--max-disk", "20MiB"}, `
import os, resource, time
time.sleep(0.1)
for limit in resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC:
    try:
        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        raise SystemExit("the limit was raised")
    except (ValueError, OSError):
        pass
print("not raised", flush=True)`, "not raised"},
	{"output", []string{"--max-output", "1MiB"}, `
import sys
for i in range(40):
    sys.stdout.write("x" * (1 << 20))`, "bytes of its standard output were not kept: of each stream the last 1MiB are"},
	{"errors", []string{"--max-output", "1MiB"}, `
import sys
for i in range(40):
    sys.stderr.write("x" * (1 << 20))`, "bytes of its standard error were not kept: of each stream the last 1MiB are"},
	{"names", nil, `
import socket
for i in range(200):
    try:
        socket.getaddrinfo("b%d.s3.amazonaws.com" % i, 443)
    except OSError:
        pass`, "No files were left to answer for b"},
}

// TestGreed runs them, as who runs the tests and as a user. Whoever started hostproof may open
// few files, so that names use them up.
func TestGreed(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	need.Program(t, "python3", "install it")
	for who, id := range whoTries() {
		t.Run(who, func(t *testing.T) {
			s := part(t, "bounds as "+who)
			for _, row := range greed {
				s.try(t, row.name, greedy(t, row.flags, row.python, row.says, id))
			}
		})
	}
}

// whoTries are the users of this machine that attack.
func whoTries() map[string]uint32 {
	if os.Getuid() == 0 {
		return map[string]uint32{"root": 0, "a user": 65534}
	}
	return map[string]uint32{"a user": uint32(os.Getuid())}
}

// greedy runs a program in a sandbox, and says what is wrong with what comes of it.
func greedy(t *testing.T, flags []string, python, says string, id uint32) string {
	t.Helper()
	home, _ := planted(t, "x", id)
	args := append([]string{command(t, "hostproof"), "run", "--host", "vercel", "--isolation", "sandbox", "--timeout",
		"40s"}, flags...)
	cmd := exec.Command("/bin/sh", append([]string{"-c", `ulimit -n 150; exec "$@"`, "sh"},
		append(args, "--", "python3", "-c", python)...)...)
	cmd.Dir, cmd.Env = filepath.Join(home, "project"), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home}
	cmd.SysProcAttr = as(id)
	began := time.Now()
	out, _ := cmd.CombinedOutput() // it fails: there is no call to AWS
	_, report, _ := strings.Cut(string(out), "host vercel")
	switch took := time.Since(began); {
	case !strings.Contains(strings.Join(strings.Fields(string(out)), " "), says):
		return fmt.Sprintf("nothing says %q: %.3000s", says, report)
	case strings.Contains(report, "its time (") || took > time.Minute:
		return fmt.Sprintf("it took %v", took)
	}
	return ""
}
