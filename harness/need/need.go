// Package need is for tests that want something of the machine, such as a
// Docker engine or Node: without it they are skipped with the reason, and where
// it is required they fail.
package need

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Variable names the environment variable that lists what must be there,
// "docker,node": what is missing then fails a test instead of skipping it.
const Variable = "HOSTPROOF_REQUIRE"

// Required reports whether a thing must be there.
func Required(what string) bool {
	return slices.Contains(strings.Split(os.Getenv(Variable), ","), what)
}

// Missing ends a test that lacks something: it fails if that is required, and
// is skipped otherwise. The error says what is missing and what to do.
func Missing(tb testing.TB, what string, err error) {
	tb.Helper()
	if Required(what) {
		tb.Fatalf("%s is required (%s): %v", what, Variable, err)
	}
	tell(err)
	tb.Skip(err.Error())
}

var (
	toldMu sync.Mutex
	told   = map[string]bool{}
)

// tell says once a process what is missing.
func tell(err error) {
	toldMu.Lock()
	defer toldMu.Unlock()
	if line := err.Error(); !told[line] {
		told[line] = true
		Tell(fmt.Sprintf("skipped tests in %s: %s\n", os.Args[0][strings.LastIndexAny(os.Args[0], `/\`)+1:], line))
	}
}

// Tell writes a line to the terminal of the go command that runs this test:
// go test keeps what a passing package prints to itself.
func Tell(line string) { tellParent(line) }
