package nsinit

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// shut takes from the current thread, and so from the subject that it is about to
// start, what came down from whoever started the harness: open descriptors, the
// session keyring, and new privileges by a program that is setuid.
func shut() error {
	if err := closeOnExec(3); err != nil {
		return fmt.Errorf("close descriptors: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("give up new privileges: %w", err)
	}
	_, err := unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0) // without a name: a new one
	// Kernels without keyrings have nothing to hide, and seccomp filters of containers
	// refuse them altogether.
	if err != nil && !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EPERM) {
		return fmt.Errorf("leave the session keyring: %w", err)
	}
	return nil
}

// closeOnExec marks every descriptor from first on.
func closeOnExec(first int) error {
	err := unix.CloseRange(uint(first), ^uint(0)>>32, unix.CLOSE_RANGE_CLOEXEC)
	if err == nil {
		return nil
	}
	// Linux before 5.11.
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd >= first {
			unix.CloseOnExec(fd)
		}
	}
	return nil
}

// settingsPlaces are where the kernel takes settings and commands that are not bound to a
// namespace. A subject of root would have root's say there.
var settingsPlaces = []string{
	"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/acpi", "/proc/mtrr", "/sys",
}

// keyNames is where the kernel lists the names of a user's keys, also of those in keyrings
// of the machine, which a subject cannot open (keyrings(7), /proc/keys).
const keyNames = "/proc/keys"

// hideKeyNames shows an empty list instead.
func hideKeyNames() error {
	if _, err := os.Lstat(keyNames); err != nil {
		return nil // a kernel without keyrings
	}
	if err := unix.Mount("/dev/null", keyNames, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("%s: %w", keyNames, err)
	}
	return nil
}

// shutKernel leaves in /proc and /sys what is the subject's own.
func shutKernel() error {
	if err := hideKeyNames(); err != nil {
		return err
	}
	return readOnlySettings()
}

// readOnlySettings makes them read-only, with all that is mounted below.
func readOnlySettings() error {
	for _, p := range settingsPlaces {
		if _, err := os.Lstat(p); err != nil {
			continue
		}
		if err := readOnly(p); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return nil
}

// readOnly makes a place read-only, with all that is mounted below.
func readOnly(path string) error {
	if err := unix.Mount(path, path, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	err := setAttr(unix.AT_FDCWD, path, unix.MOUNT_ATTR_RDONLY)
	if errors.Is(err, unix.ENOSYS) { // Linux before 5.12
		err = remount(path, unix.MS_RDONLY)
	}
	return err
}

// remount adds flags to those that a mount has, which a user namespace may not clear.
func remount(path string, flags uintptr) error {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return err
	}
	const all = unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC | unix.MS_NOATIME | unix.MS_RELATIME
	kept := uintptr(s.Flags) & all
	return unix.Mount("", path, "", unix.MS_BIND|unix.MS_REMOUNT|flags|kept, "")
}
