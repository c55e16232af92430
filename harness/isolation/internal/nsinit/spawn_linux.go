package nsinit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// keepCapabilities are those a root subject keeps in its namespaces: what a
// container has by default
// (https://github.com/moby/moby/blob/master/daemon/pkg/oci/caps/defaults.go).
// Any other subject has none.
var keepCapabilities = map[uintptr]bool{
	unix.CAP_CHOWN: true, unix.CAP_DAC_OVERRIDE: true, unix.CAP_FOWNER: true, unix.CAP_FSETID: true,
	unix.CAP_KILL: true, unix.CAP_SETGID: true, unix.CAP_SETUID: true, unix.CAP_SETPCAP: true,
	unix.CAP_NET_BIND_SERVICE: true, unix.CAP_NET_RAW: true, unix.CAP_SYS_CHROOT: true,
	unix.CAP_MKNOD: true, unix.CAP_AUDIT_WRITE: true, unix.CAP_SETFCAP: true,
}

// spawn starts the subject from the current thread, which is inside and is
// spoilt by it: the capabilities it drops are gone. The streams are the subject's descriptors 0
// to 2.
func spawn(spec *Spec, g *guard, streams []uintptr) (pid int, err error) {
	if err := os.Chdir(spec.Dir); err != nil {
		return 0, err
	}
	path, err := lookPath(spec.Argv[0], spec.Env)
	if err != nil {
		return 0, err
	}
	ownTime()
	if err := dropCapabilities(); err != nil {
		return 0, fmt.Errorf("drop capabilities: %w", err)
	}
	if err := shut(); err != nil {
		return 0, err
	}
	if err := restrict(); err != nil {
		return 0, err
	}
	settle, err := g.limit()
	if err != nil {
		return 0, fmt.Errorf("set limits: %w", err)
	}
	pid, err = syscall.ForkExec(path, spec.Argv, &syscall.ProcAttr{Env: spec.Env, Files: streams,
		// A session of its own: to the scheduler, all of it counts as much as this process does
		// (sched(7), "The autogroup feature").
		Sys: &syscall.SysProcAttr{Setsid: true, Setctty: spec.Terminal != nil}})
	settle(pid)
	if err != nil {
		return 0, &os.PathError{Op: "exec", Path: path, Err: err}
	}
	// The ends of the subject's pipes are the subject's alone, or closing them
	// would not be seen.
	null, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	for fd := 0; fd <= 2 && err == nil; fd++ {
		err = unix.Dup3(null, fd, 0)
	}
	unix.Close(null)
	return pid, err
}

// ownTime gives what this thread starts a namespace of clocks, whose offsets to the machine's are
// zero and stay so: none before Linux 5.6, and vfork needs 6.1 (time_namespaces(7)).
func ownTime() { _ = unix.Unshare(unix.CLONE_NEWTIME) }

// dropCapabilities takes away the thread's ambient and inheritable sets, and what
// the subject does not keep of its bounding set.
func dropCapabilities() error {
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		if keepCapabilities[c] {
			continue
		}
		// EINVAL: unknown to this kernel
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err != nil && err != unix.EINVAL {
			return err
		}
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return err
	}
	data[0].Inheritable, data[1].Inheritable = 0, 0 // and with it the ambient set
	return unix.Capset(&header, &data[0])
}

// lookPath finds a program as execvp does, with the subject's PATH in the
// subject's view of the file system.
func lookPath(name string, env []string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	var dirs string
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "PATH="); ok {
			dirs = v
		}
	}
	for _, dir := range filepath.SplitList(dirs) {
		if dir == "" {
			dir = "."
		}
		p := filepath.Join(dir, name)
		if !strings.Contains(p, "/") {
			p = "./" + p
		}
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() && unix.Access(p, unix.X_OK) == nil {
			return p, nil
		}
	}
	return "", fmt.Errorf("%s: not found in the subject's PATH %q", name, dirs)
}
