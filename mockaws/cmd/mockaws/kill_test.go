package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hostproof/hostproof/mockaws"
)

// TestMain runs the command itself in the child processes of tests.
func TestMain(m *testing.M) {
	if os.Getenv("MOCKAWS_TEST_CHILD") != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

const adminToken = "of-the-tests-0123456789"

// child is a mock in a process of its own.
type child struct {
	cmd        *exec.Cmd
	aws, admin string
}

var served = regexp.MustCompile(`AWS at (\S+), management at (\S+)`)

func start(t *testing.T, args ...string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"},
		args...)...)
	cmd.Env, cmd.Stderr = []string{"MOCKAWS_TEST_CHILD=1", "MOCKAWS_ADMIN_TOKEN=" + adminToken}, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := served.FindStringSubmatch(lines.Text()); m != nil {
			return &child{cmd, m[1], m[2]}
		}
	}
	t.Fatal("the mock ended before it served")
	return nil
}

func (c *child) journal(t *testing.T) []mockaws.Exchange {
	t.Helper()
	return c.page(t, "")
}

// journalSince is the next page of a journal.
func (c *child) journalSince(t *testing.T, seq int64) []mockaws.Exchange {
	t.Helper()
	return c.page(t, fmt.Sprintf("?limit=1000&since=%d", seq))
}

func (c *child) page(t *testing.T, query string) []mockaws.Exchange {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.admin+"/v1/journal"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out []mockaws.Exchange
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestKilledMockLosesNothing kills a mock with SIGKILL between two calls.
func TestKilledMockLosesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "journal")
	const calls = 200
	for life := range 3 {
		c := start(t, "--journal", file)
		for range calls {
			resp, err := http.Post(c.aws+"/model/anthropic.claude-v2/converse", "application/json", nil)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		if err := c.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.cmd.Wait()
		reader := start(t, "--journal", file)
		got := reader.journal(t)
		_ = reader.cmd.Process.Kill()
		_ = reader.cmd.Wait()
		if len(got) != calls*(life+1) {
			t.Fatalf("life %d: %d exchanges, want %d", life, len(got), calls*(life+1))
		}
		for i, e := range got {
			if e.Seq != int64(i+1) || e.Call != "bedrock:Converse" || e.Status != http.StatusForbidden {
				t.Fatalf("exchange %d: %s", i, e.String())
			}
		}
	}
}
