package attack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/hostproof/hostproof/harness/need"
)

// score counts the tries of a part.
type score struct {
	mu          sync.Mutex
	part        string
	held, broke int
}

// try notes one try: broke is empty, or what was reached.
func (s *score) try(t *testing.T, name, broke string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if broke == "" {
		s.held++
		return
	}
	s.broke++
	t.Errorf("%s: %s: %s", s.part, name, broke)
}

// tell prints the counts at the end of a test.
func part(t *testing.T, name string) *score {
	s := &score{part: name}
	t.Cleanup(func() {
		need.Tell(fmt.Sprintf("attack, %s: tried %d, held %d, broke %d\n", name, s.held+s.broke, s.held, s.broke))
		if s.held+s.broke == 0 {
			t.Errorf("%s: nothing was tried", name)
		}
	})
	return s
}

// givenCommands names a directory with commands to attack, such as a release's; without it they are
// built.
const givenCommands = "HOSTPROOF_COMMANDS"

// built are the commands, made once: where any user can run them.
var built = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv(givenCommands); dir != "" {
		return dir, nil
	}
	dir, err := os.MkdirTemp("/tmp", "attack-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		return "", err
	}
	for name, pkg := range map[string]string{"hostproof": "../../harness/cmd/hostproof",
		"mockaws": "../../mockaws/cmd/mockaws"} {
		if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, name), pkg).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := built(); err == nil && dir != os.Getenv(givenCommands) {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// command is the path of a built command.
func command(t *testing.T, name string) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}
