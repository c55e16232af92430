package deploy

import (
	"io/fs"
	"os"
	"path/filepath"
)

// removeTree removes a directory with all that is in it, directories too that a
// subject has made read-only, such as Go's module cache.
func removeTree(dir string) error {
	if err := os.RemoveAll(dir); err == nil {
		return nil
	}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, _ error) error {
		if d != nil && d.IsDir() {
			_ = os.Chmod(path, 0o700) // what cannot be removed is said by what follows
		}
		return nil
	})
	return os.RemoveAll(dir)
}
