package container

import "testing"

// TestFilesOfTheKernel: Docker makes no file in what the kernel shows, so that the host's
// are left out there.
func TestFilesOfTheKernel(t *testing.T) {
	for path, want := range map[string]bool{"/sys/class/dmi/id/sys_vendor": true, "/proc/version": true,
		"/dev/x": true, "/system/x": false, "/var/run/secrets/x": false, "~/.aws/config": false} {
		if got := (Backend{}).PlaceFile(path, "/home"); got.LeftOut != want {
			t.Errorf("%s: %+v, want %v", path, got, want)
		}
	}
}
