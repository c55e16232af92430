package harness_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

func TestNoticeOfEndpoint(t *testing.T) {
	d := harness.StartTest(t, "vercel", harness.User("app"), harness.WithIsolation(isolation.Endpoint))
	notice := d.Notice()
	if lines := strings.Split(notice, "\n"); len(lines) != 2 || !strings.Contains(lines[0], "AWS_ENDPOINT_URL") ||
		!strings.Contains(lines[1], "it was asked for") {
		t.Errorf("notice:\n%s", notice)
	}
	r, err := d.Run(t.Context(), harness.Command("true"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(r)
	var out struct{ Blind string }
	if err != nil || json.Unmarshal(data, &out) != nil || !strings.Contains(out.Blind, "unseen") {
		t.Errorf("%v: the result does not say what it cannot know: %q", err, out.Blind)
	}
}

func TestNoNoticeOfSandbox(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	d := harness.StartTest(t, "vercel", harness.User("app"), harness.WithIsolation(isolation.Sandbox))
	// A kernel or file system may lack something for a whole sandbox, and then that is said.
	if notice := d.Notice(); notice != "" && !strings.HasPrefix(notice, "isolation sandbox, on this kernel: ") {
		t.Errorf("notice:\n%s", notice)
	}
	r, err := d.Run(t.Context(), harness.Command("true"))
	if err != nil || r.Blind != "" {
		t.Errorf("%v, blind %q", err, r.Blind)
	}
}

// TestNoticeOfFallback runs in a process of its own that may make no namespaces:
// auto then is endpoint, and says so with what to do.
func TestNoticeOfFallback(t *testing.T) {
	const child = "HOSTPROOF_TEST_CHILD"
	if os.Getenv(child) != "" {
		d := harness.StartTest(t, "vercel", harness.User("app"), harness.WithIsolation(isolation.Auto))
		fmt.Println(strings.ReplaceAll(d.Notice(), "\n", "|"))
		_, err := harness.Start(t.Context(), "vercel", harness.User("app"), harness.WithIsolation(isolation.Sandbox))
		fmt.Println(err)
		return
	}
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	const run = `echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" -test.run='^TestNoticeOfFallback$'`
	c := exec.CommandContext(t.Context(), "unshare", "--user", "--map-root-user", "sh", "-c", run, os.Args[0])
	c.Env = append(os.Environ(), child+"=1")
	out, err := c.Output()
	lines := strings.Split(string(out), "\n")
	if err != nil || len(lines) < 2 {
		t.Fatalf("%v: %s", err, out)
	}
	if !strings.Contains(lines[0], "AWS_ENDPOINT_URL") || !strings.Contains(lines[0],
		"|no sandbox here, which would see all: ") ||
		!strings.Contains(lines[0], "user.max_user_namespaces=15000") {
		t.Errorf("notice: %s", lines[0])
	}
	if !strings.Contains(lines[1], "isolation sandbox: ") || !strings.Contains(lines[1], "no sandbox here") {
		t.Errorf("an explicit sandbox fell back: %s", lines[1])
	}
}
