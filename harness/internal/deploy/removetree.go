package deploy

import (
	"os"
	"path/filepath"
)

// removeTree removes a directory with all that is in it, directories too that a
// subject has made read-only, such as Go's module cache, or put into each other by
// the ten thousand.
func removeTree(dir string) error {
	if err := os.RemoveAll(dir); err == nil {
		return nil
	}
	return removeFlat(dir)
}

// removeFlat moves each directory up into dir before it looks into it, so that no path
// becomes long and no descriptor stays open, and returns why dir itself stays.
func removeFlat(dir string) error {
	for open := []string{dir}; len(open) > 0; {
		last := len(open) - 1
		parent := open[last]
		open = open[:last]
		_ = os.Chmod(parent, 0o700)      // what cannot be removed is said at the end
		entries, _ := os.ReadDir(parent) // likewise
		for _, entry := range entries {
			path := filepath.Join(parent, entry.Name())
			if !entry.IsDir() {
				_ = os.Remove(path)
				continue
			}
			_ = os.Chmod(path, 0o700) // to move it is to write in it
			open = append(open, movedTo(dir, parent, path))
		}
		if parent != dir {
			_ = os.Remove(parent)
		}
	}
	return os.Remove(dir)
}

// movedTo is where a directory is once it lies in dir, under a name of its own.
func movedTo(dir, parent, path string) string {
	if parent == dir {
		return path
	}
	free, err := os.MkdirTemp(dir, "")
	if err != nil {
		return path
	}
	_ = os.Remove(free) // Rename takes no name that is taken
	if os.Rename(path, free) != nil {
		return path
	}
	return free
}
