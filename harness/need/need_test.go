package need

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	for name, row := range map[string]struct {
		require, full string
		want          values
		says          string
	}{
		"none":  {"", "", values{}, ""},
		"plain": {"", "0", values{}, ""},
		"full":  {"docker, node,", "1", values{[]string{"docker", "node"}, true}, ""},
		"a typing error": {"docker,nod", "", values{},
			`HOSTPROOF_REQUIRE: nothing is called "nod"; there are: boto3, cargo,`},
		"a word": {"", "yes", values{},
			`HOSTPROOF_FULL is "yes": 1 runs all tests, 0 or nothing a short selection`},
	} {
		got, err := read(func(variable string) string {
			return map[string]string{Variable: row.require, FullVariable: row.full}[variable]
		})
		if row.says != "" {
			if err == nil || !strings.HasPrefix(err.Error(), row.says) {
				t.Errorf("%s: got %v, want %q", name, err, row.says)
			}
		} else if err != nil || got.full != row.want.full || !slices.Equal(got.required, row.want.required) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if !slices.IsSorted(Names) {
		t.Errorf("not in order: %v", Names)
	}
}

// Every skip goes through this package or the scenarios' own suite, which show it
// and which know what is required.
func TestNoOtherSkips(t *testing.T) {
	skip := regexp.MustCompile(`\b(t|tb|TB\(\))\.Skip(f|Now)?\(|\s(ginkgo\.)?Skip\(`)
	mine := []string{"harness/need/", "scenarios/internal/suite/"}
	root := filepath.Join("..", "..")
	looked := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(mine, func(dir string) bool { return strings.HasPrefix(filepath.ToSlash(rel), dir) }) {
			return nil
		}
		text, err := os.ReadFile(path)
		if found := skip.Find(text); found != nil {
			t.Errorf("%s has %s: use need.Missing, need.Program or need.InFull", rel, found)
		}
		looked++
		return err
	})
	if err != nil || looked < 100 {
		t.Error(looked, err)
	}
}

// What is skipped is shown by a go command whose output is kept, though the
// package passes: here in a file that it began before.
func TestSkipsAreShown(t *testing.T) {
	if os.Getenv("HOSTPROOF_TEST_CHILD") != "" {
		InFull(t)
		return
	}
	if runtime.GOOS != "linux" {
		return // elsewhere there is no way to the go command's terminal
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	goCommand := Program(t, "go", "install Go")
	cmd := exec.CommandContext(t.Context(), goCommand, "test", "-count=1", "-run=^TestSkipsAreShown$", ".")
	cmd.Env = append(os.Environ(), "HOSTPROOF_TEST_CHILD=1", FullVariable+"=0")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
	said, err := os.ReadFile(log.Name())
	const line = "left out tests in need.test: a plain run is short; HOSTPROOF_FULL=1 runs them\n"
	if err != nil || !strings.HasPrefix(string(said), line+"ok ") {
		t.Errorf("%v: said\n%s", err, said)
	}
}
