package isolation

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// initProcess is the sandbox's process 1, as its parent sees it.
type initProcess struct {
	control *control
	cmd     *exec.Cmd
	streams *stdio
	ended   chan error // gets what Wait says, or why output could not be copied, once
	lacks   []string   // what this kernel does not give, once it has started
}

// streams are a subject's, as Config has them.
type streams struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	terminal       bool
}

// open makes the subject's ends, of this owner.
func (s streams) open(owner int) (*stdio, error) {
	if s.terminal {
		return newTerminalStdio(s.stdin, s.stdout)
	}
	return newStdio(s.stdin, s.stdout, s.stderr, owner)
}

// launch starts an init with its namespaces and its Spec.
func launch(spec *nsinit.Spec, streams streams) (*initProcess, error) {
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	attr, files, err := namespaces(spec)
	if err != nil {
		ours.Close()
		return nil, err
	}
	defer files.close()
	spec.Tree = files.paths
	stdio, err := streams.open(ownerOf(attr))
	if err != nil {
		ours.Close()
		return nil, err
	}
	if stdio.line != nil {
		spec.Terminal = stdio.line.size()
	}
	specFile, err := memFile(spec)
	if err != nil {
		ours.Close()
		stdio.abandon()
		return nil, err
	}
	defer specFile.Close()

	p := &initProcess{streams: stdio, ended: make(chan error, 1), cmd: &exec.Cmd{
		Path: "/proc/self/exe",
		Args: []string{nsinit.Marker},
		// The init's own environment; it does little until it looks at its subject, and collects garbage then.
		Env:         []string{"GOGC=off", "GOMAXPROCS=2"},
		ExtraFiles:  append([]*os.File{theirs, specFile}, files.files...), // ControlFD, SpecFD, TreeFD
		SysProcAttr: attr,
	}}
	if err := p.start(); err != nil {
		ours.Close()
		return nil, err
	}
	if p.control, err = newControl(ours); err != nil {
		p.kill()
		<-p.ended
		return nil, err
	}
	return p, nil
}

// start starts the init on an OS thread that does nothing else until the init
// has ended, because the parent of PR_SET_PDEATHSIG is a thread.
func (p *initProcess) start() error {
	// Not as the io.Reader and io.Writer of a nil *os.File.
	if f := p.streams.files[0]; f != nil {
		p.cmd.Stdin = f
	}
	if f := p.streams.files[1]; f != nil {
		p.cmd.Stdout = f
	}
	if f := p.streams.files[2]; f != nil {
		p.cmd.Stderr = f
	}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		if err != nil {
			p.streams.abandon()
			started <- err
			return
		}
		p.streams.started()
		started <- nil
		err = p.cmd.Wait()
		if copying := p.streams.wait(); copying != nil {
			err = copying
		}
		p.ended <- err
	}()
	err := <-started
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return explain("make namespaces", errno)
	}
	return err
}

// ownerOf is who a subject is outside.
func ownerOf(attr *syscall.SysProcAttr) int {
	if attr.Credential != nil {
		return firstID
	}
	return os.Geteuid()
}

func (p *initProcess) kill() {
	p.cmd.Process.Kill()
	p.streams.line.connect(-1) // it may have been killed before it sent one
}

// cgroupNamespace is the flag for a namespace of control groups, 0 where this machine has
// those of version 1: their mounts, which come from outside, would have roots there that
// Java 17 ends of (jdk.internal.platform.cgroupv1.CgroupV1SubsystemController finds no
// path). They are read-only all the same.
func cgroupNamespace() uintptr {
	mounts, err := nsinit.Mounts()
	if err != nil || slices.ContainsFunc(mounts, func(m nsinit.Mount) bool { return m.Kind == "cgroup" }) {
		return 0
	}
	return unix.CLONE_NEWCGROUP
}

// namespaces says which namespaces an init gets, who it is in there, and of root the files
// that it sees there. Files look as they are: it is the same user, or they are translated.
func namespaces(spec *nsinit.Spec) (attr *syscall.SysProcAttr, files *machineTree, err error) {
	attr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWPID |
			unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | cgroupNamespace(),
		Pdeathsig: unix.SIGKILL,
		// A session of its own: it may read the terminal of this process, gets no
		// signal from it, and cannot signal this process's group (kill 0).
		Setsid: true,
		// An init that is not root there would lose them by exec.
		AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_NET_RAW, unix.CAP_NET_BIND_SERVICE,
			unix.CAP_SETPCAP, unix.CAP_DAC_OVERRIDE},
	}
	if spec.OpenNetwork {
		attr.Cloneflags &^= unix.CLONE_NEWNET
	}
	if !mayMapAll() {
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}}
		return attr, &machineTree{}, nil
	}
	if files, err = translatedTree(spec.Wall.Hide, places(spec)); err == nil {
		attr.UidMappings, attr.GidMappings, attr.GidMappingsEnableSetgroups = translated(), translated(), true
		attr.Credential = &syscall.Credential{}
		return attr, files, nil
	}
	spec.Lacks = append(spec.Lacks, "the program is the same user as outside: "+err.Error())
	if attr.UidMappings, err = allIDs("/proc/self/uid_map"); err != nil {
		return nil, nil, err
	}
	if attr.GidMappings, err = allIDs("/proc/self/gid_map"); err != nil {
		return nil, nil, err
	}
	// Where it is denied, as in a user namespace that somebody made who is not
	// root, it stays so.
	setgroups, _ := os.ReadFile("/proc/self/setgroups")
	attr.GidMappingsEnableSetgroups = strings.TrimSpace(string(setgroups)) == "allow"
	return attr, &machineTree{}, nil
}

// places are those of the machine that a subject needs.
func places(spec *nsinit.Spec) []string {
	list := slices.Concat(spec.Needs, spec.Wall.Writable, spec.Wall.Private)
	for _, f := range spec.Files {
		if f.From != "" {
			list = append(list, f.From)
		}
	}
	return list
}

// mayMapAll says whether this process may give a namespace all the users that
// it has itself, so that a subject can change to one of them.
func mayMapAll() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false
	}
	const want = 1<<unix.CAP_SETUID | 1<<unix.CAP_SETGID
	return data[0].Effective&want == want
}

// allIDs maps every id of this namespace to itself.
func allIDs(table string) ([]syscall.SysProcIDMap, error) {
	f, err := os.Open(table)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var maps []syscall.SysProcIDMap
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var inside, outside, size int
		if _, err := fmt.Sscan(lines.Text(), &inside, &outside, &size); err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		maps = append(maps, syscall.SysProcIDMap{ContainerID: inside, HostID: inside, Size: size})
	}
	return maps, lines.Err()
}

func socketPair() (ours, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	return os.NewFile(uintptr(fds[0]), "control"), os.NewFile(uintptr(fds[1]), "control"), nil
}

// memFile is a file in memory that holds v as JSON.
func memFile(v any) (*os.File, error) {
	fd, err := unix.MemfdCreate("spec", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "spec")
	if err = json.NewEncoder(f).Encode(v); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
