package nsinit

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestShowPassesOverWhatIsGone lists a directory, removes or replaces entries, and
// shows it by the old list: other processes do so in /tmp at any time.
func TestShowPassesOverWhatIsGone(t *testing.T) {
	if !inNamespace(t, "true") {
		return
	}
	dir, mirror := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"dir-gone", "dir-to-file", "dir"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"file-gone", "file", "dir/inner"} {
		write(name, "stays")
	}
	for _, name := range []string{"link", "link-gone"} {
		if err := os.Symlink("file", filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dir-gone", "dir-to-file", "file-gone", "link-gone"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write("dir-to-file", "new")

	if err := unix.Mount("mirror", mirror, "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	defer unix.Unmount(mirror, unix.MNT_DETACH)
	if err := (&view{}).showAll(dir, mirror, entries); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file", "link", "dir/inner"} {
		if got, err := os.ReadFile(filepath.Join(mirror, name)); err != nil || string(got) != "stays" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"dir-gone", "dir-to-file", "file-gone", "link-gone"} {
		if _, err := os.Lstat(filepath.Join(mirror, name)); err == nil {
			t.Errorf("%s is shown", name)
		}
	}
}

// TestShowFailsOnWhatIsThere: only what is gone may be passed over.
func TestShowFailsOnWhatIsThere(t *testing.T) {
	if !inNamespace(t, "true") {
		return
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := (&view{}).showAll(dir, filepath.Join(t.TempDir(), "none"), entries); err == nil {
		t.Error("a mirror that is not there was filled")
	}
}

// TestPlaceExistingThatIsGone: a file to be covered only where it exists is left out
// where it does not.
func TestPlaceExistingThatIsGone(t *testing.T) {
	if !inNamespace(t, "true") {
		return
	}
	path := filepath.Join(t.TempDir(), "socket")
	if err := (&view{}).place(File{Path: path, Existing: true}); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !gone(err) {
		t.Errorf("%v, want %v", err, fs.ErrNotExist)
	}
}
