package harness_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// TestGoRun: the program of "go run" is compiled before its time begins, with the caches of this
// machine, which it does not see; it ends with its own exit code, and one that does not compile
// is a result.
func TestGoRun(t *testing.T) {
	need.Program(t, "go", "install Go")
	const program = `package main

import (
	"fmt"
	"os"
)

func main() {
	_, cache := os.LookupEnv("GOCACHE")
	fmt.Println(os.Args[1:], os.Getenv("AWS_SESSION_TOKEN") != "", cache)
	os.Exit(7)
}
`
	for _, mode := range []isolation.Mode{isolation.Endpoint, isolation.Sandbox} {
		t.Run(string(mode), func(t *testing.T) {
			if mode == isolation.Sandbox {
				if err := isolation.Available(); err != nil {
					need.Missing(t, "sandbox", err)
				}
			}
			// With an empty cache, which a program finds on a host, the compiler takes longer.
			d := harness.StartTest(t, "vercel", harness.WithIsolation(mode), harness.WithTimeout(2*time.Second))
			for _, row := range []struct {
				source, out, finding string
				code                 int
			}{
				{program, "[a b.go] true false\n", "program-failed", 7},
				{program + "var x int = \"no\"\n", "", "It does not compile: ./main.go:13:13: cannot use", 1},
			} {
				dir := t.TempDir()
				if err := errors.Join(
					os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/x\n\ngo 1.24\n"), 0o600),
					os.WriteFile(filepath.Join(dir, "main.go"), []byte(row.source), 0o600),
				); err != nil {
					t.Fatal(err)
				}
				r, err := d.Run(t.Context(), harness.Command("go", "run", ".", "a", "b.go").In(dir))
				if err != nil {
					t.Fatal(err)
				}
				if r.ExitCode != row.code || string(r.Stdout) != row.out || !strings.Contains(r.String(), row.finding) {
					t.Errorf("exit code %d, %q, when it is %d, %q, %q:\n%s", r.ExitCode, r.Stdout, row.code, row.out,
						row.finding, r)
				}
			}
		})
	}
}
