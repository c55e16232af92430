package isolation

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// A sandbox that root starts has users of its own: its ids 0 to 65535 are others outside, which
// nobody has. Its root is not the machine's: checks of the kernel for root, and of services that ask
// who calls, find a stranger. The machine's files are shown to it through mounts that translate
// their owners (mount_setattr(2), "ID-mapped mounts"), so that all looks as it does without.
const (
	// firstID is who the sandbox's root is outside. The range is one of those that systemd's list
	// of all uses has as unused (https://systemd.io/UIDS-GIDS/).
	firstID = 2000000000
	idCount = 65536
)

// translated are the ids of such a sandbox.
func translated() []syscall.SysProcIDMap {
	return []syscall.SysProcIDMap{{ContainerID: 0, HostID: firstID, Size: idCount}}
}

// translation is a user namespace with these ids, made once: mounts are told their translation by
// one. The error says why this machine has none.
var translation = sync.OnceValues(func() (*os.File, error) {
	if info, err := os.Stat("/proc/self/exe"); err != nil || info.Mode()&0o5 != 0o5 {
		return nil, errors.New("this program's own file is not for everybody to read and run")
	}
	cmd := exec.Cmd{Path: "/proc/self/exe", Args: []string{nsinit.HolderMarker},
		SysProcAttr: &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER, UidMappings: translated(),
			GidMappings: translated()}}
	hold, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	defer hold.Close()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	return os.Open(fmt.Sprintf("/proc/%d/ns/user", cmd.Process.Pid))
})

// kernelTypes are file systems in which the kernel shows itself: they cannot be translated, and
// need not be.
var kernelTypes = setOf("autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts",
	"devtmpfs", "efivarfs", "fusectl", "hugetlbfs", "mqueue", "nsfs", "proc", "pstore", "rpc_pipefs", "securityfs",
	"selinuxfs", "sysfs", "tracefs")

// mountsOfMachine are those that show, without what lies in hidden places, the outermost first.
func mountsOfMachine(hidden []string) ([]nsinit.Mount, error) {
	all, err := nsinit.Mounts()
	if err != nil {
		return nil, err
	}
	var list []nsinit.Mount
	for _, m := range all {
		list = slices.DeleteFunc(list, func(other nsinit.Mount) bool { return other.Path == m.Path })
		if !slices.ContainsFunc(hidden, func(dir string) bool { return within(m.Path, dir) }) {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b nsinit.Mount) int { return cmp.Compare(len(a.Path), len(b.Path)) })
	return list, nil
}

// machineTree is the machine's files with translated owners: a detached mount for each of its mounts, the
// root first.
type machineTree struct {
	paths []string
	files []*os.File
}

// translatedTree makes the tree for a subject that needs some places, without hidden ones. The
// error says why this machine cannot.
func translatedTree(hidden, needed []string) (*machineTree, error) {
	ids, err := translation()
	if err != nil {
		return nil, err
	}
	mounts, err := mountsOfMachine(hidden)
	if err != nil {
		return nil, err
	}
	t := &machineTree{}
	for _, m := range mounts {
		must := m.Path == "/" || slices.ContainsFunc(needed, func(p string) bool { return within(p, m.Path) })
		if err := t.add(m, ids, must); err != nil {
			t.close()
			return nil, err
		}
	}
	return t, nil
}

// add takes a mount, with translated owners. Where they cannot be, and need not, the subject sees
// what everybody may.
func (t *machineTree) add(m nsinit.Mount, ids *os.File, must bool) error {
	fd, err := unix.OpenTree(unix.AT_FDCWD, m.Path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EINVAL) && m.Path != "/" {
		return nil // another mount hides it
	}
	if err != nil {
		return fmt.Errorf("%s: %w", m.Path, err)
	}
	if !kernelTypes[m.Kind] {
		err = unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP,
			Userns_fd: uint64(ids.Fd())})
	}
	if err != nil && must {
		unix.Close(fd)
		return fmt.Errorf("the owners of files in %s (%s) cannot be translated: %w", m.Path, m.Kind, err)
	}
	t.paths, t.files = append(t.paths, m.Path), append(t.files, os.NewFile(uintptr(fd), m.Path))
	return nil
}

func (t *machineTree) close() {
	for _, f := range t.files {
		_ = f.Close()
	}
}
