package need

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Missing ends a test that lacks something: it fails if that is required, and
// is skipped otherwise. What is one of Names; the error says what is missing and
// what to do.
func Missing(tb testing.TB, what string, err error) {
	tb.Helper()
	if !slices.Contains(Names, what) {
		tb.Fatalf("package need: %q is not in Names: nobody could require it", what)
	}
	if Required(what) {
		tb.Fatalf("%s is required (%s): %v", what, Variable, err)
	}
	tell("skipped tests in %s: %v\n", binary(), err)
	tb.Skip(err.Error())
}

// Program skips a test without a program, with the hint how to get it, and
// returns where it is.
func Program(tb testing.TB, name, hint string) string {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(tb, name, fmt.Errorf("there is no %s: %s", name, hint))
	}
	return path
}

// InFull skips a test in a plain run, and says once a test binary that it did.
func InFull(tb testing.TB) {
	tb.Helper()
	if Full() {
		return
	}
	tell("left out tests in %s: a plain run is short; %s=1 runs them\n", binary(), FullVariable)
	tb.Skipf("a plain run leaves it out; %s=1 runs it", FullVariable)
}

// binary is what the test binary is called, such as "harness.test".
func binary() string { return strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") }

var (
	toldMu sync.Mutex
	told   = map[string]bool{}
)

// tell writes a line once a process.
func tell(format string, args ...any) {
	toldMu.Lock()
	defer toldMu.Unlock()
	if line := fmt.Sprintf(format, args...); !told[line] {
		told[line] = true
		Tell(line)
	}
}

// Tell writes a line to the terminal of the go command that runs this test:
// go test keeps what a passing package prints to itself.
func Tell(line string) { tellParent(line) }
