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
	const place = "/dev/shm"
	if l.backend.PlaceFile(place, l.temporary).Shown {
		dir, err := os.MkdirTemp(l.temporary, "shm-")
		if err != nil {
			return err
		}
		if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil {
			return err
		}
		l.files = append(l.files, isolation.File{Path: place, From: dir})
		return nil
	}
	sweepSharedMemory()
	return nil
}

// sweepSharedMemory removes what programs left there that are no more.
func sweepSharedMemory() {
	names, _ := filepath.Glob("/dev/shm/*faketime_s*_*")
	for _, name := range names {
		if m := ofProcess.FindStringSubmatch(name); m != nil {
			if _, err := os.Stat("/proc/" + m[1]); os.IsNotExist(err) {
				_ = os.Remove(name) // somebody else's stays
			}
		}
	}
}

var ofProcess = regexp.MustCompile(`/(?:sem\.)?faketime_s(?:hm|em)_(\d+)$`)
