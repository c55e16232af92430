package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestSharedMemoryIsSwept: libfaketime names its shared memory and its semaphore after the
// process (https://github.com/wolfcw/libfaketime/blob/master/src/faketime.c), and Linux
// shows a semaphore with "sem." before its name
// (https://man7.org/linux/man-pages/man7/sem_overview.7.html). What a program left that is
// no more goes, and everything else stays.
func TestSharedMemoryIsSwept(t *testing.T) {
	const gone = 1 << 30 // above the most that Linux gives, PID_MAX_LIMIT (proc_sys_kernel(5))
	folder, here := t.TempDir(), os.Getpid()
	files := map[string]bool{
		fmt.Sprintf("faketime_shm_%d", gone): false, fmt.Sprintf("sem.faketime_sem_%d", gone): false,
		fmt.Sprintf("faketime_shm_%d", here): true, fmt.Sprintf("sem.faketime_sem_%d", here): true,
		fmt.Sprintf("faketime_shm_%d.old", gone): true, "faketime_state_x": true, "sem.other": true,
	}
	for name := range files {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sweepSharedMemory(folder)
	for name, stays := range files {
		if _, err := os.Stat(filepath.Join(folder, name)); (err == nil) != stays {
			t.Errorf("%s stays: %t, want %t", name, err == nil, stays)
		}
	}
}
