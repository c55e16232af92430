package isolation

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMountBelowTmp runs in a namespace of its own where a file system is mounted below /tmp: what
// is written there is private all the same, and what is mounted is seen.
func TestMountBelowTmp(t *testing.T) {
	needSandbox(t)
	const child = "HOSTPROOF_TEST_MOUNTED"
	if dir := os.Getenv(child); dir != "" {
		o := run(t, Config{Argv: []string{"/bin/sh", "-c", `cat "$0/mnt/file"; echo changed > "$0/mnt/file"
			echo changed > "$0/beside/file"; echo new > "$0/new"; cat "$0/mnt/file" "$0/beside/file" "$0/new"`, dir},
			Env: testEnv(), Dir: "/"})
		for _, p := range []string{"mnt/file", "beside/file", "new"} {
			data, _ := os.ReadFile(filepath.Join(dir, p))
			fmt.Fprintf(os.Stderr, "after: %q\n", data)
		}
		fmt.Fprintf(os.Stderr, "lacks: %q\nprinted: %q %q\n", Lacks(), o.stdout, o.stderr)
		return
	}
	dir, err := os.MkdirTemp("/tmp", "mountbelow-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	put(t, filepath.Join(dir, "beside/file"))
	if err := os.Mkdir(filepath.Join(dir, "mnt"), 0o755); err != nil {
		t.Fatal(err)
	}
	const script = `mount -t tmpfs t "$1/mnt" && echo mounted > "$1/mnt/file" &&
		exec "$0" -test.run='^TestMountBelowTmp$' -test.count=1`
	c := exec.CommandContext(t.Context(), "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script,
		os.Args[0], dir)
	c.Env = append(os.Environ(), child+"="+dir)
	out, err := c.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte(`after: "mounted\n"`+"\n"+`after: "mine"`+"\n"+`after: ""`)) ||
		!bytes.Contains(out, []byte(`printed: "mounted\nchanged\nchanged\nnew\n" ""`)) ||
		bytes.Contains(out, []byte("stays there")) {
		t.Errorf("%v: %s", err, out)
	}
}
