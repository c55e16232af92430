package nsinit

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// enterTree makes mounts that the harness prepared the files of this process, in place of those
// that it has.
func enterTree(paths []string) error {
	for i, path := range paths {
		unix.CloseOnExec(TreeFD + i)
		at := path
		if path == "/" {
			at = "/proc" // which is there, and out of sight until the roots change places
		}
		err := unix.MoveMount(TreeFD+i, "", unix.AT_FDCWD, at, unix.MOVE_MOUNT_F_EMPTY_PATH)
		if gone(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if path == "/" {
			err = enter(at)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	for i := range paths {
		unix.Close(TreeFD + i)
	}
	return nil
}

// enter makes a mount the root. The old root goes over the new one and is then taken off, as
// pivot_root(2) says.
func enter(root string) error {
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return err
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return err
	}
	return os.Chdir("/")
}
