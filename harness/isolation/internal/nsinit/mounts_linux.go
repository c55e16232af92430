package nsinit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// view builds the subject's view of the file system: the machine's, with files
// of ours in it. What is ours lives in one tmpfs, which is mounted over stage
// while the view is built and then visible only through bind mounts.
type view struct {
	stage string          // where the tmpfs is for now
	size  int64           // of each tmpfs, in bytes; 0 for the kernel's own
	below int             // detached copy of what the tmpfs covers
	own   map[uint64]bool // device numbers of tmpfs mounted here
	next  int             // number of the next entry in it
	shown map[string]int  // detached mounts of directories, by the paths where they go
}

// prepareMounts builds the view, and returns a guard of its file system and what this kernel
// cannot give.
func prepareMounts(spec *Spec) (g *guard, lacks []string, err error) {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return nil, nil, step("make mounts private", err)
	}
	if err := enterTree(spec.Tree); err != nil {
		return nil, nil, step("show the machine's files", err)
	}
	stage, err := stageFor(spec.Files)
	if err != nil {
		return nil, nil, err
	}
	w, err := newWall(spec)
	if failed := (*stepError)(nil); errors.As(err, &failed) {
		return nil, nil, err
	}
	if err != nil {
		return nil, nil, step("take hold of what stays", err)
	}
	defer w.close()
	if err := w.raise(); err != nil {
		return nil, nil, step("make the machine's files read-only", err)
	}
	v := &view{stage: stage, size: spec.Bounds.Disk, own: make(map[uint64]bool), shown: w.shown}
	if err := v.open(); err != nil {
		return nil, nil, step("mount a tmpfs", err)
	}
	layer, err := openLayer(v.stage)
	if err != nil {
		return nil, nil, step("open the tmpfs", err)
	}
	for _, part := range []struct {
		name string
		do   func() error
	}{
		{"lay private layers", func() error { return w.private(v) }},
		{"keep directories writable", w.restore},
		{"hide places", func() error { return w.hide(v) }},
		{"make a /dev", func() error { return w.ownDev(v) }},
	} {
		if err := part.do(); err != nil {
			return nil, nil, step(part.name, err)
		}
	}
	if err := v.placeAll(spec); err != nil {
		return nil, nil, err
	}
	if err := v.close(); err != nil {
		return nil, nil, step("unmount the tmpfs", err)
	}
	g = &guard{bounds: spec.Bounds, layer: layer}
	switch err := ownProc(); {
	case err == nil:
		g.sees = true
	case errors.Is(err, unix.EPERM):
		w.lacks = append(w.lacks, "the command lines of other processes can be read, and its memory and as root its "+
			"processes have no bound: the kernel refuses a /proc of its own")
	default:
		return nil, nil, step("mount /proc", err)
	}
	return g, w.lacks, step("make the kernel's settings read-only", shutKernel())
}

// ownProc mounts the /proc of the process namespace. Where parts of /proc are covered, as in a
// container, the kernel refuses a whole one (mount_too_revealing); the old one stays, whose numbers
// are the machine's, but whose /proc/self is right.
func ownProc() error {
	return unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
}

// placeAll puts all files of a Spec at their paths.
func (v *view) placeAll(spec *Spec) error {
	for _, p := range spec.Mask {
		if err := v.place(File{Path: p, Existing: true}); err != nil {
			return step("hide "+p, err)
		}
	}
	for _, f := range spec.Files {
		if err := v.place(f); err != nil {
			return askedStep("place "+f.Path, err)
		}
	}
	return nil
}

// stageFor finds a directory that may be out of sight for a while: none of the
// files goes there.
func stageFor(files []File) (string, error) {
	var places []string
	for _, f := range files {
		parent, rest, err := deepest(f.Path)
		if err != nil {
			return "", askedStep("place "+f.Path, err)
		}
		places = append(places, filepath.Join(append([]string{parent}, rest...)...)+"/")
	}
	for _, dir := range []string{"/sys", "/mnt", "/media", "/srv", "/boot", "/tmp"} {
		info, err := os.Lstat(dir)
		if err == nil && info.IsDir() && !slices.ContainsFunc(places, func(p string) bool {
			return strings.HasPrefix(p,
				dir+"/")
		}) {
			return dir, nil
		}
	}
	return "", askedStep("mount a tmpfs",
		errors.New("leave one of /sys, /mnt, /media, /srv, /boot and /tmp without files"))
}

func (v *view) open() (err error) {
	v.below, err = unix.OpenTree(unix.AT_FDCWD, v.stage, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if err != nil {
		return err
	}
	options := "mode=755"
	if v.size > 0 {
		options += fmt.Sprintf(",size=%d", v.size)
	}
	if err := unix.Mount("hostproof", v.stage, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		return err
	}
	var st unix.Stat_t
	err = unix.Stat(v.stage, &st)
	v.own[uint64(st.Dev)] = true
	return err
}

func (v *view) close() error {
	unix.Close(v.below)
	return unix.Unmount(v.stage, unix.MNT_DETACH)
}

// place puts a file at its path.
func (v *view) place(f File) error {
	parent, rest, err := deepest(f.Path)
	if err != nil {
		return err
	}
	if f.From != "" {
		return v.mountDir(v.shown[f.Path], parent, rest)
	}
	if len(rest) == 0 { // something is there: cover it
		err := v.cover(parent, f)
		if gone(err) && f.Existing {
			return nil
		}
		return err
	}
	if f.Existing {
		return nil
	}
	if err := v.adopt(parent); err != nil {
		return err
	}
	target := filepath.Join(append([]string{parent}, rest...)...)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	_, err = v.write(target, f)
	return err
}

// cover puts a file over one that is there.
func (v *view) cover(path string, f File) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return fmt.Errorf("a directory is there")
	}
	own, err := v.write(v.fresh(), f)
	if err != nil {
		return err
	}
	return unix.Mount(own, path, "", unix.MS_BIND, "")
}

// mountDir shows a directory of the machine at a path, where a directory or
// nothing is.
func (v *view) mountDir(from int, parent string, rest []string) error {
	target := parent
	if len(rest) > 0 {
		if err := v.adopt(parent); err != nil {
			return err
		}
		target = filepath.Join(append([]string{parent}, rest...)...)
		if err := os.MkdirAll(target, 0o755); err != nil {
			return err
		}
	}
	return unix.MoveMount(from, "", unix.AT_FDCWD, target, unix.MOVE_MOUNT_F_EMPTY_PATH)
}

// fresh is a path in the tmpfs where nothing is.
func (v *view) fresh() string {
	v.next++
	return fmt.Sprintf("%s/%d", v.stage, v.next)
}

func (v *view) write(path string, f File) (string, error) {
	mode := fs.FileMode(f.Mode)
	if mode == 0 {
		mode = 0o644
	}
	if err := os.WriteFile(path, f.Data, 0o600); err != nil {
		return "", err
	}
	return path, os.Chmod(path, mode) // not subject to the umask
}

// adopt makes a directory one of ours, in which files can be made, unless it is
// already: a new directory that shows the entries of the old one covers it.
func (v *view) adopt(dir string) error {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return err
	}
	if v.own[uint64(st.Dev)] {
		return nil
	}
	mirror := v.fresh()
	if err := v.mirror(dir, mirror, fs.FileMode(st.Mode&0o7777)); err != nil {
		return err
	}
	if dir == "/" {
		if err := pivot(mirror); err != nil {
			return err
		}
		unix.Close(v.below)
		return v.open() // the stage went away with the old root
	}
	return unix.Mount(mirror, dir, "", unix.MS_BIND|unix.MS_REC, "")
}

// mirror makes a directory whose entries are those of dir.
func (v *view) mirror(dir, mirror string, mode fs.FileMode) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if err := os.Mkdir(mirror, 0o755); err != nil {
		return err
	}
	if err := v.showAll(dir, mirror, entries); err != nil {
		return err
	}
	return unix.Chmod(mirror, uint32(mode))
}

// showAll shows the entries of a directory in its mirror. What others have removed
// since the entries were listed is passed over: as root, /tmp belongs to everyone.
func (v *view) showAll(dir, mirror string, entries []fs.DirEntry) error {
	for _, e := range entries {
		from, to := filepath.Join(dir, e.Name()), filepath.Join(mirror, e.Name())
		err := v.show(from, to, e.Type())
		if err == nil {
			continue
		}
		if now, changed := os.Lstat(from); !gone(changed) && (changed != nil || now.Mode().Type() == e.Type()) {
			return fmt.Errorf("show %s: %w", from, err)
		}
		if err := os.Remove(to); err != nil && !gone(err) {
			return fmt.Errorf("leave out %s: %w", from, err)
		}
	}
	return nil
}

// gone says whether an error says that nothing is at a path.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENOTDIR) }

func (v *view) show(from, to string, typ fs.FileMode) error {
	switch {
	case typ&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case typ.IsDir():
		if err := os.Mkdir(to, 0o755); err != nil {
			return err
		}
	default:
		if err := os.WriteFile(to, nil, 0o600); err != nil {
			return err
		}
	}
	if from == v.stage {
		return unix.MoveMount(v.below, "", unix.AT_FDCWD, to, unix.MOVE_MOUNT_F_EMPTY_PATH)
	}
	return unix.Mount(from, to, "", unix.MS_BIND|unix.MS_REC, "")
}

// pivot makes a directory the root.
func pivot(root string) error {
	if err := unix.Mount(root, root, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	return enter(root)
}

// deepest resolves the symbolic links of a path and splits it into the part
// that exists and the names that do not.
func deepest(path string) (exists string, missing []string, err error) {
	todo := strings.Split(path, "/")
	exists = "/"
	for links := 0; len(todo) > 0; {
		name := todo[0]
		switch name {
		case "", ".":
			todo = todo[1:]
			continue
		case "..":
			exists, todo = filepath.Dir(exists), todo[1:]
			continue
		}
		next := filepath.Join(exists, name)
		info, err := os.Lstat(next)
		if os.IsNotExist(err) {
			if slices.Contains(todo, "..") {
				return "", nil, fmt.Errorf("%s leads nowhere", path)
			}
			return exists, todo, nil
		}
		if err != nil {
			return "", nil, err
		}
		todo = todo[1:]
		if info.Mode()&fs.ModeSymlink == 0 {
			exists = next
			continue
		}
		if links++; links > 40 {
			return "", nil, unix.ELOOP
		}
		to, err := os.Readlink(next)
		if gone(err) {
			return exists, append([]string{name}, todo...), nil
		}
		if err != nil {
			return "", nil, err
		}
		if filepath.IsAbs(to) {
			exists = "/"
		}
		todo = append(strings.Split(to, "/"), todo...)
	}
	return exists, nil, nil
}
