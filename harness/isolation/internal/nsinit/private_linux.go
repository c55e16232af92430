package nsinit

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// private lays a layer over directories, so that what a subject changes there is gone
// afterwards. Without such a layer the directory stays writable itself.
func (w *wall) private(v *view) error {
	for _, dir := range w.spec.Private {
		fd, there := w.writable[dir]
		if !there {
			continue
		}
		if refused := v.layer(dir); refused != nil {
			w.lacks = append(w.lacks, fmt.Sprintf(
				"what the program writes in %s stays there: a private layer is refused (%v)", dir, refused))
			continue
		}
		unix.Close(fd)
		delete(w.writable, dir)
	}
	return nil
}

// layer makes a directory private.
func (v *view) layer(dir string) error {
	mounts, err := Mounts()
	if err != nil {
		return err
	}
	var below []string
	for _, m := range mounts {
		if strings.HasPrefix(m.Path, dir+"/") {
			below = append(below, m.Path)
		}
	}
	if len(below) == 0 {
		return v.overlay(dir, dir)
	}
	return v.patch(dir, below)
}

// overlay shows a directory with a layer of ours over it, at a path that may be its own.
func (v *view) overlay(dir, at string) error {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return err
	}
	upper, work := v.fresh(), v.fresh()
	for _, d := range []string{upper, work} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return err
		}
	}
	if err := unix.Chmod(upper, st.Mode&0o7777); err != nil {
		return err
	}
	options := "lowerdir=" + strings.NewReplacer(`\`, `\\`, ":", `\:`, ",", `\,`).Replace(dir) + ",upperdir=" + upper +
		",workdir=" + work + ",userxattr"
	if err := unix.Mount("hostproof", at, "overlay", unix.MS_NODEV|unix.MS_NOSUID, options); err != nil {
		return err
	}
	if err := unix.Stat(at, &st); err != nil {
		return err
	}
	v.own[st.Dev] = true
	return nil
}

// patch is overlay where other file systems are mounted below, which a layer would hide or
// the kernel refuses: it covers the directory with a new one, in which each of its directories has
// a layer, or is patched itself. Its files can be read and not written. Its sockets are left out:
// under a layer they lead nowhere either.
func (v *view) patch(dir string, mounts []string) error {
	patched := v.fresh()
	if err := v.patchInto(dir, patched, mounts); err != nil {
		return err
	}
	return unix.Mount(patched, dir, "", unix.MS_BIND|unix.MS_REC, "")
}

func (v *view) patchInto(dir, to string, mounts []string) error {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, e := range entries {
		from, at := filepath.Join(dir, e.Name()), filepath.Join(to, e.Name())
		if err := v.patchEntry(from, at, e.Type(), mounts); err != nil {
			_ = os.Remove(at) // others remove entries meanwhile; what cannot be shown is not there
		}
	}
	return unix.Chmod(to, st.Mode&0o7777)
}

// patchEntry shows an entry of a directory in the new one.
func (v *view) patchEntry(from, at string, typ fs.FileMode, mounts []string) error {
	switch {
	case typ.IsRegular(), typ&fs.ModeSymlink != 0:
		return v.show(from, at, typ)
	case !typ.IsDir():
		return nil
	}
	if slices.ContainsFunc(mounts, func(m string) bool { return strings.HasPrefix(m, from+"/") }) {
		return v.patchInto(from, at, mounts)
	}
	if err := os.Mkdir(at, 0o755); err != nil {
		return err
	}
	if err := v.overlay(from, at); err == nil {
		return nil
	}
	return unix.Mount(from, at, "", unix.MS_BIND|unix.MS_REC, "")
}
