package nsinit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// wall is what keeps the machine's files from a subject while its view is built. All mounts
// become read-only and lose their devices; what stays writable is put back as it was.
type wall struct {
	spec     *Wall
	devices  map[string]int // detached mounts of /dev's files, by name
	writable map[string]int // detached mounts, by path
	shown    map[string]int // detached mounts of directories that files show, by the files' paths
	lacks    []string       // what this kernel does not give
}

// devices are what a subject has of /dev, as in a container
// (https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-devices).
var devices = []string{"null", "zero", "full", "random", "urandom", "tty"}

// newWall takes hold of what stays as it is.
func newWall(spec *Spec) (*wall, error) {
	w := &wall{spec: &spec.Wall, devices: map[string]int{}, writable: map[string]int{}, shown: map[string]int{}}
	for _, name := range devices {
		fd, err := unix.OpenTree(unix.AT_FDCWD, "/dev/"+name, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
		if err != nil {
			return nil, fmt.Errorf("/dev/%s: %w", name, err)
		}
		w.devices[name] = fd
	}
	for _, dir := range slices.Concat(w.spec.Writable, w.spec.Private) {
		fd, err := detached(dir)
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		w.writable[dir] = fd
	}
	for _, f := range spec.Files {
		if f.From == "" {
			continue
		}
		fd, err := detached(f.From)
		if err != nil {
			return nil, askedStep("place "+f.Path, errors.Unwrap(err))
		}
		w.shown[f.Path] = fd
	}
	return w, nil
}

// detached is a mount of a directory, with all below it, that is nowhere yet.
func detached(dir string) (fd int, err error) {
	fd, err = unix.OpenTree(unix.AT_FDCWD, dir, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if err != nil {
		return -1, fmt.Errorf("%s: %w", dir, err)
	}
	if err := setAttr(fd, "", unix.MOUNT_ATTR_NODEV); err != nil && !errors.Is(err, unix.ENOSYS) {
		return -1, fmt.Errorf("%s: %w", dir, err)
	}
	return fd, nil
}

// close gives back what was not put anywhere.
func (w *wall) close() {
	for _, set := range []map[string]int{w.devices, w.writable, w.shown} {
		for _, fd := range set {
			unix.Close(fd)
		}
	}
}

// setAttr adds attributes to a mount and all below it.
func setAttr(fd int, path string, attr uint64) error {
	flags := uint(unix.AT_RECURSIVE)
	if path == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	return unix.MountSetattr(fd, path, flags, &unix.MountAttr{Attr_set: attr})
}

// raise makes everything read-only and without devices.
func (w *wall) raise() error {
	err := setAttr(unix.AT_FDCWD, "/", unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NODEV)
	if !errors.Is(err, unix.ENOSYS) {
		return err
	}
	// Linux before 5.12
	mounts, err := Mounts()
	if err != nil {
		return err
	}
	for _, m := range mounts {
		err := remount(m.Path, unix.MS_RDONLY|unix.MS_NODEV)
		if err != nil && !gone(err) && !errors.Is(err, unix.EACCES) {
			return fmt.Errorf("%s: %w", m.Path, err)
		}
	}
	return nil
}

// Mount is one of this process's mounts.
type Mount struct{ Path, Kind string }

// mountPath reads a path as proc_pid_mountinfo(5) writes it.
var mountPath = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

// Mounts are in the order of the kernel: of those over each other the last is the one that shows.
func Mounts() ([]Mount, error) {
	data, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	var list []Mount
	for line := range strings.Lines(string(data)) {
		mount, kind, _ := strings.Cut(line, " - ")
		fields, kinds := strings.Fields(mount), strings.Fields(kind)
		if len(fields) < 5 || len(kinds) == 0 {
			return nil, fmt.Errorf("/proc/self/mountinfo has a line %q", line)
		}
		list = append(list, Mount{mountPath.Replace(fields[4]), kinds[0]})
	}
	return list, nil
}

// restore puts back what stays writable, the outermost first.
func (w *wall) restore() error {
	var dirs []string
	for dir := range w.writable {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	for _, dir := range dirs {
		err := unix.MoveMount(w.writable[dir], "", unix.AT_FDCWD, dir, unix.MOVE_MOUNT_F_EMPTY_PATH)
		if err != nil && !gone(err) {
			return fmt.Errorf("%s: %w", dir, err)
		}
	}
	for _, path := range w.spec.ReadOnly {
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		if err := readOnly(path); err != nil && !gone(err) {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// hide covers places with nothing: a directory with an empty one, in which files can be
// placed, anything else with an empty file.
func (w *wall) hide(v *view) error {
	emptyFile := v.fresh()
	if err := os.WriteFile(emptyFile, nil, 0o444); err != nil {
		return err
	}
	if err := readOnly(emptyFile); err != nil {
		return err
	}
	for _, path := range w.spec.Hide {
		info, err := os.Stat(path)
		if err != nil {
			continue // nothing is there, or nothing that can be seen
		}
		with := emptyFile
		if info.IsDir() {
			with = v.fresh()
			if err := os.Mkdir(with, 0o755); err != nil {
				return err
			}
		}
		if err := unix.Mount(with, path, "", unix.MS_BIND, ""); err != nil && !gone(err) {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// ownDev covers /dev with one that has what programs need and nothing of the machine.
func (w *wall) ownDev(v *view) error {
	dev := v.fresh()
	for _, d := range []string{dev, filepath.Join(dev, "pts"), filepath.Join(dev, "shm"),
		filepath.Join(dev, "mqueue")} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return err
		}
	}
	if err := unix.Chmod(filepath.Join(dev, "shm"), 0o1777); err != nil {
		return err
	}
	for name, fd := range w.devices {
		at := filepath.Join(dev, name)
		if err := os.WriteFile(at, nil, 0o600); err != nil {
			return err
		}
		if err := unix.MoveMount(fd, "", unix.AT_FDCWD, at, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, to := range map[string]string{"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0",
		"stdout": "/proc/self/fd/1",
		"stderr": "/proc/self/fd/2", "ptmx": "pts/ptmx"} {
		if err := os.Symlink(to, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	const flags = unix.MS_NOSUID | unix.MS_NOEXEC
	if err := unix.Mount("devpts", filepath.Join(dev, "pts"), "devpts", flags,
		"newinstance,ptmxmode=0666,mode=620"); err != nil {
		w.lacks = append(w.lacks, fmt.Sprintf("the program can have no terminals of its own (%v)", err))
	}
	return unix.Mount(dev, "/dev", "", unix.MS_BIND|unix.MS_REC, "")
}
