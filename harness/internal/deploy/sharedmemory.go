package deploy

import (
	"os"
	"path/filepath"
	"regexp"

	"github.com/hostproof/hostproof/harness/isolation"
)

// ownSharedMemory keeps apart what libfaketime puts there by process number:
// numbers of a sandbox are small, and what a killed program leaves would stop
// the next one.
func (l *layout) ownSharedMemory() error {
	if l.backend.PlaceFile(sharedMemory, l.temporary).Shown {
		dir, err := os.MkdirTemp(l.temporary, "shm-")
		if err != nil {
			return err
		}
		if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil {
			return err
		}
		l.files = append(l.files, isolation.File{Path: sharedMemory, From: dir})
		return nil
	}
	sweepSharedMemory(sharedMemory)
	return nil
}

// sharedMemory is where Linux shows what programs share.
const sharedMemory = "/dev/shm"

// sweepSharedMemory removes what programs left in a folder that are no more.
func sweepSharedMemory(folder string) {
	names, _ := filepath.Glob(filepath.Join(folder, "*faketime_s*_*"))
	for _, name := range names {
		if m := ofProcess.FindStringSubmatch(name); m != nil {
			if _, err := os.Stat("/proc/" + m[1]); os.IsNotExist(err) {
				_ = os.Remove(name) // somebody else's stays
			}
		}
	}
}

var ofProcess = regexp.MustCompile(`/(?:sem\.)?faketime_s(?:hm|em)_(\d+)$`)
