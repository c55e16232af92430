package all_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/isolation"
	_ "github.com/hostproof/hostproof/harness/isolation/all"
	"github.com/hostproof/hostproof/harness/need"
)

func TestNames(t *testing.T) {
	for in, want := range map[string]isolation.Mode{"": isolation.Auto, "auto": isolation.Auto,
		"endpoint": isolation.Endpoint, "sandbox": isolation.Sandbox, "container": isolation.Container} {
		if got, err := isolation.ParseMode(in); got != want || err != nil {
			t.Errorf("ParseMode(%q) = %q, %v", in, got, err)
		}
	}
	_, err := isolation.ParseMode("Sandbox ")
	if err == nil || !strings.Contains(err.Error(), "use sandbox, endpoint, container or auto") {
		t.Error(err)
	}
}

func TestEachSaysWhatItCannotHold(t *testing.T) {
	for _, b := range isolation.Backends() {
		if len(b.Limits()) == 0 {
			t.Errorf("%s has no limits", b.Name())
		}
		for _, limit := range b.Limits() {
			if len(limit) < 10 || strings.HasSuffix(limit, ".") {
				t.Errorf("%s: %q is not a sentence without a full stop", b.Name(), limit)
			}
		}
		if b.Blind() == "" && !b.OwnNetwork() {
			t.Errorf("%s shares the machine's network and claims to see all calls", b.Name())
		}
	}
}

func TestAbsentNamesWhatToImport(t *testing.T) {
	b, err := isolation.Find(isolation.Container)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Start(t.Context(), isolation.Subject{}); !isolation.IsAbsent(err) ||
		!strings.Contains(err.Error(), "harness/isolation/container") {
		t.Error(err)
	}
}

func TestAutoChoosesTheFirstThatWorks(t *testing.T) {
	c, err := isolation.Choose(t.Context(), isolation.Auto)
	if err != nil {
		t.Fatal(err)
	}
	works := isolation.Available() == nil
	if sandbox := c.Name() == isolation.Sandbox; sandbox != works || (c.Why == "") != works {
		t.Errorf("auto is %s because %q, and the sandbox works: %v", c.Name(), c.Why, works)
	}
	if c, err := isolation.Choose(t.Context(), isolation.Container); err != nil || c.Name() != isolation.Container {
		t.Errorf("%v, %v", c, err)
	}
}

// TestAutoFallsBack runs in a process of its own that may make no namespaces.
func TestAutoFallsBack(t *testing.T) {
	const child = "HOSTPROOF_TEST_CHILD"
	if os.Getenv(child) != "" {
		c, err := isolation.Choose(t.Context(), isolation.Auto)
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString(string(c.Name()) + ": " + c.Why + "\n")
		return
	}
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	const run = `echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" -test.run='^TestAutoFallsBack$'`
	c := exec.CommandContext(t.Context(), "unshare", "--user", "--map-root-user", "sh", "-c", run, os.Args[0])
	c.Env = append(os.Environ(), child+"=1")
	out, err := c.Output()
	line, _, _ := strings.Cut(string(out), "\n")
	if err != nil || !strings.HasPrefix(line, "endpoint: isolation: no sandbox here") ||
		!strings.Contains(line, "user.max_user_namespaces=15000") {
		t.Errorf("%v: %s", err, out)
	}
}
