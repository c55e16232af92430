package container_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/container"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// engine skips a test where no Docker engine answers, unless it is required.
func engine(t testing.TB) {
	t.Helper()
	if err := container.Available(t.Context()); err != nil {
		need.Missing(t, "docker", err)
	}
}

func TestMockInAContainer(t *testing.T) {
	engine(t)
	m, err := container.StartMock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := m.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	user := iam.UserSeed{Name: "app", Keys: []iam.KeySeed{{}}}
	account := iam.AccountSeed{ID: "111122223333", Users: []iam.UserSeed{user}}
	applied, err := m.Admin.Seed(t.Context(), mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{account}}})
	if err != nil || len(applied.Keys) != 1 {
		t.Errorf("seed: %v, %v", applied, err)
	}
}

// TestNoEngineIsOneClearLine asks in a process of its own: testcontainers looks
// for an engine once a process.
func TestNoEngineIsOneClearLine(t *testing.T) {
	if os.Getenv("HOSTPROOF_TEST_CHILD") != "" {
		fmt.Println(container.Available(t.Context()))
		return
	}
	// Where an engine does answer, the child must not see its socket.
	child := exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--mount", "sh", "-c",
		"mount -t tmpfs none /run && exec \"$0\" -test.run='^TestNoEngineIsOneClearLine$'", os.Args[0])
	child.Env = []string{"HOSTPROOF_TEST_CHILD=1", "DOCKER_HOST=tcp://127.0.0.1:1", "HOME=" + t.TempDir(),
		"PATH=" + os.Getenv("PATH")}
	if exec.Command("unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/run").Run() != nil {
		if container.Available(t.Context()) == nil {
			need.Missing(t, "namespaces",
				errors.New("an engine answers, and namespaces to hide it in are not allowed here"))
		}
		child = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNoEngineIsOneClearLine$")
		child.Env = append(os.Environ(), "HOSTPROOF_TEST_CHILD=1")
	}
	out, err := child.Output()
	line, _, _ := strings.Cut(string(out), "\n")
	if err != nil || !strings.HasPrefix(line, "no Docker engine answers (") || !strings.Contains(line,
		"HOSTPROOF_MOCK=embedded") {
		t.Errorf("%v: %s", err, out)
	}
}
