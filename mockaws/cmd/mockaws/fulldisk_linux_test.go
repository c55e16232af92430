package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func init() {
	if os.Getenv("MOCKAWS_TEST_CHILD") != "" {
		signal.Ignore(unix.SIGXFSZ) // then a file's limit is an error, as a full disk is
	}
}

// limitFiles bounds the files that a child writes, as a disk that is full does.
func (c *child) limitFiles(t *testing.T, bytes uint64) {
	t.Helper()
	limit := &unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}
	if err := unix.Prlimit(c.cmd.Process.Pid, unix.RLIMIT_FSIZE, limit, nil); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// fillDisk calls until the journal takes no more, and returns how many calls were answered.
func (c *child) fillDisk(t *testing.T) (answered int) {
	t.Helper()
	for answered < 10_000 {
		status, body := ask(t, c.aws+"/bucket/key")
		if status == http.StatusInsufficientStorage {
			if !strings.Contains(body, "JournalFailed") || !strings.Contains(body, "file too large") {
				t.Errorf("the answer does not say why: %s", body)
			}
			return answered
		}
		answered++
	}
	t.Fatal("the journal grew beyond the limit")
	return 0
}

// TestFullDisk fills the disk under the journal: the next call and the health say so, until
// there is room again; no answered call is lost; and if there never is room, the exit says so.
func TestFullDisk(t *testing.T) {
	file := filepath.Join(t.TempDir(), "journal")
	c := start(t, "--journal", file)
	c.limitFiles(t, 64<<10)
	answered := c.fillDisk(t)
	if status, body := ask(t, c.admin+"/healthz"); status != http.StatusServiceUnavailable ||
		!strings.Contains(body, "cannot be written from exchange") {
		t.Errorf("health is %d %s", status, body)
	}
	if status, _ := ask(t, c.aws+"/bucket/key"); status != http.StatusInsufficientStorage {
		t.Errorf("status %d while the disk is full", status)
	}

	c.limitFiles(t, unix.RLIM_INFINITY)
	if status, body := ask(t, c.aws+"/bucket/key"); status == http.StatusInsufficientStorage {
		t.Errorf("there is room, and yet: %s", body)
	}
	if status, body := ask(t, c.admin+"/healthz"); status != http.StatusOK {
		t.Errorf("health is %d %s", status, body)
	}
	// What was answered, what was refused for lack of room, and the last.
	if got := c.journal(t); len(got) != answered+2 {
		t.Errorf("%d exchanges, %d were answered", len(got), answered)
	}

	c.limitFiles(t, size(t, file)+10)
	if again := c.fillDisk(t); again > 0 {
		t.Errorf("%d calls were answered without room", again)
	}
	if err := c.cmd.Process.Signal(unix.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Wait(); err == nil || c.cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("it ended with %v", err)
	}
	if got := start(t, "--journal", file).journal(t); len(got) != answered+2 {
		t.Errorf("%d exchanges are in the file, want %d", len(got), answered+2)
	}
}

// TestSeedIsNoJournal: the same file twice is a typing error that costs nothing.
func TestSeedIsNoJournal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "seed.yaml")
	text := []byte("accounts: [{id: '111122223333'}]\n")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	code, said := try(t, "serve", "--seed", file, "--journal", file)
	if code != 1 || !strings.Contains(said, "is no journal") || strings.Count(said, "\n") != 1 {
		t.Errorf("exit %d, said %q", code, said)
	}
	if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, text) {
		t.Errorf("the file is %q now, %v", now, err)
	}
}

// TestTwoMocksOfOneFile: the second is refused, and the first goes on.
func TestTwoMocksOfOneFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "journal")
	c := start(t, "--journal", file)
	ask(t, c.aws+"/bucket/key")
	code, said := try(t, "serve", "--journal", file)
	if code != 1 || !strings.Contains(said, "another process") || strings.Count(said, "\n") != 1 {
		t.Errorf("exit %d, said %q", code, said)
	}
	ask(t, c.aws+"/bucket/key")
	if got := c.journal(t); len(got) != 2 {
		t.Errorf("%d exchanges, want 2", len(got))
	}
}
