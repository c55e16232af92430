package nsinit

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// denied are system calls that a subject has no use for: they reach what no namespace of
// it bounds, or more of the kernel than programs need. It gets the error that a kernel
// without them, or a user without the privilege, has. The list follows what containers have
// (https://github.com/moby/profiles/blob/main/seccomp/default.json), less what programs
// in a container may do with a capability, and io_uring, whose requests no filter sees.
var denied = []struct {
	errno unix.Errno
	calls []uint32
}{
	{unix.EPERM, []uint32{
		unix.SYS_ADD_KEY, unix.SYS_KEYCTL, unix.SYS_REQUEST_KEY,
		unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_FANOTIFY_INIT,
		unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_OPEN_BY_HANDLE_AT,
		unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE, unix.SYS_KEXEC_LOAD, unix.SYS_REBOOT,
		unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_ACCT, unix.SYS_QUOTACTL, unix.SYS_SYSLOG,
		unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME,
		unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_SETNS, unix.SYS_MOVE_MOUNT, unix.SYS_OPEN_TREE,
		unix.SYS_FSOPEN, unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_MOUNT_SETATTR,
	}},
	// Libraries do without these where the kernel has none: clone3, whose flags a filter
	// cannot read, becomes clone.
	{unix.ENOSYS, []uint32{
		unix.SYS_CLONE3, unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	}},
}

// argument is a value by which a call is denied that is allowed otherwise.
type argument struct {
	call  uint32
	index uint32 // of the argument
	bits  bool   // value are bits, of which any counts
	value uint32
}

// deniedArguments: sockets of virtual machines, whose other end is the machine or its host;
// typing into a terminal (ioctl_tty(2)); and a namespace of control groups, in which
// they could be mounted.
var deniedArguments = []argument{
	{unix.SYS_SOCKET, 0, false, unix.AF_VSOCK},
	{unix.SYS_SOCKETPAIR, 0, false, unix.AF_VSOCK},
	{unix.SYS_IOCTL, 1, false, unix.TIOCSTI},
	{unix.SYS_IOCTL, 1, false, tiocLinux},
	{unix.SYS_UNSHARE, 0, true, unix.CLONE_NEWCGROUP},
	{unix.SYS_CLONE, 0, true, unix.CLONE_NEWCGROUP},
}

// tiocLinux pastes into a console (ioctl_console(2)).
const tiocLinux = 0x541c

// architectures are those that the filter is for, by GOARCH: it denies calls of any other,
// such as those of 32 bits, which have other numbers.
var architectures = map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}

// Offsets in struct seccomp_data (seccomp(2)); the low half of an argument comes first on
// both architectures.
const (
	offsetCall      = 0
	offsetArch      = 4
	offsetArguments = 16
)

func deny(errno unix.Errno) bpf.Instruction {
	return bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(errno)}
}

// filter is the program that says which calls are allowed.
func filter() ([]bpf.RawInstruction, error) {
	arch, ok := architectures[runtime.GOARCH]
	if !ok {
		return nil, fmt.Errorf("there is no filter of system calls for %s", runtime.GOARCH)
	}
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offsetArch, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: arch, SkipTrue: 1},
		deny(unix.ENOSYS),
		bpf.LoadAbsolute{Off: offsetCall, Size: 4},
	}
	if runtime.GOARCH == "amd64" { // x32, whose calls have this bit
		program = append(program, bpf.JumpIf{Cond: bpf.JumpGreaterOrEqual, Val: 0x40000000, SkipFalse: 1},
			deny(unix.ENOSYS))
	}
	for _, group := range denied {
		for _, call := range group.calls {
			program = append(program, bpf.JumpIf{Cond: bpf.JumpEqual, Val: call, SkipFalse: 1}, deny(group.errno))
		}
	}
	for _, a := range deniedArguments {
		cond := bpf.JumpEqual
		if a.bits {
			cond = bpf.JumpBitsSet
		}
		program = append(program,
			bpf.JumpIf{Cond: bpf.JumpEqual, Val: a.call, SkipFalse: 4},
			bpf.LoadAbsolute{Off: offsetArguments + 8*a.index, Size: 4},
			bpf.JumpIf{Cond: cond, Val: a.value, SkipFalse: 1},
			deny(unix.EPERM),
			bpf.LoadAbsolute{Off: offsetCall, Size: 4},
		)
	}
	return bpf.Assemble(append(program, bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}))
}

// restrict puts the filter on the current thread, and so on the subject that it is about to
// start. New privileges were given up before.
func restrict() error {
	program, err := filter()
	if err != nil {
		return nil // which Probe has said
	}
	code := make([]unix.SockFilter, len(program))
	for i, op := range program {
		code[i] = unix.SockFilter{Code: op.Op, Jt: op.Jt, Jf: op.Jf, K: op.K}
	}
	attached := &unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(attached)))
	if errno != 0 && !errors.Is(errno, unix.ENOSYS) {
		return fmt.Errorf("filter system calls: %w", errno)
	}
	return nil
}
