package pack

import (
	"os"
	"path/filepath"
)

// unpack writes files into a folder, for a tool that makes a package of them.
func unpack(dir string, entries []entry) error {
	for _, e := range entries {
		file := filepath.Join(dir, filepath.FromSlash(e.name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, e.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
