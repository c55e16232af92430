//go:build unix

package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// TestReadOnlyDirectoriesAreRemoved runs itself as the user nobody if it is root, to
// whom nothing is read-only.
func TestReadOnlyDirectoriesAreRemoved(t *testing.T) {
	if os.Getuid() == 0 {
		asNobody(t)
		return
	}
	dir, err := os.MkdirTemp("", "hostproof-test-")
	if err != nil {
		t.Fatal(err)
	}
	inner := filepath.Join(dir, "pkg", "mod")
	if err := os.MkdirAll(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(inner, "file"), nil, 0o444); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{inner, filepath.Dir(inner)} {
		if err := os.Chmod(path, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(dir); err == nil {
		t.Fatal("the directory was not read-only")
	}
	if err := removeTree(dir); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s is still there", dir)
	}
}

// TestDeepDirectoriesAreRemoved: directories lie in each other deeper than a path can be long.
func TestDeepDirectoriesAreRemoved(t *testing.T) {
	dir, err := os.MkdirTemp("", "hostproof-test-")
	if err != nil {
		t.Fatal(err)
	}
	at, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2200 { // a path has at most 4096 bytes
		for _, err := range []error{at.Mkdir("d", 0o700), at.Mkdir("e", 0o500), at.Symlink("/", "f")} {
			if err != nil {
				t.Fatal(i, err)
			}
		}
		next, err := at.OpenRoot("d")
		if err != nil {
			t.Fatal(i, err)
		}
		at.Close()
		at = next
	}
	at.Close()
	if err := removeFlat(dir); err != nil {
		t.Errorf("%.300s", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s is still there", dir)
	}
}

func asNobody(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "hostproof-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, "test") // go's own is in a directory of root's
	if err := os.WriteFile(copied, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copied, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Dir, cmd.Env = dir, []string{"TMPDIR=" + dir, "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
}
