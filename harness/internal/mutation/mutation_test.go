package mutation

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/need"
)

func TestPinnedAndFloorsAreWhole(t *testing.T) {
	list, err := Pinned()
	if err != nil || len(list) < 80 {
		t.Fatalf("%d pinned changes, %v", len(list), err)
	}
	floors, err := Floors()
	if err != nil || len(floors) == 0 {
		t.Fatalf("%v, %v", floors, err)
	}
	for name := range floors {
		if _, err := os.Stat(filepath.Join("../../..", name)); err != nil {
			t.Errorf("a floor of a package that is not there: %v", err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	const whole = "- {id: a, file: f.go, old: x, new: y, tests: ./p}\n"
	for text, says := range map[string]string{
		whole + whole: `"a" is empty or stands twice`,
		"- {file: f.go, old: x, new: y, tests: ./p}":                  `"" is empty`,
		"- {id: a, file: f.go, old: x, new: x, tests: ./p}":           "a new that differs",
		"- {id: a, file: f.go, new: x, tests: ./p}":                   "old are needed",
		"- {id: a, file: f.go, old: x, new: y, tests: p}":             "such as ./harness",
		"- {id: a, file: f.go, old: x, new: y, tests: ./p, run: '('}": "regular expression",
		"- {id: a, file: f.go, old: x, new: y, test: ./p}":            "field test not found",
	} {
		if _, err := Read("some.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want %q in it", text, err, says)
		}
	}
	if _, err := Read("some.yaml", []byte(whole)); err != nil {
		t.Error(err)
	}
}

// module writes a module of its own: a function with a bound, and tests that look
// at one side of it alone.
func module(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	writeAll(t, root, map[string]string{
		"go.mod": "module example.com/m\n\ngo 1.24\n",
		"p/p.go": "package p\n\n// Old says whether a thing is old.\nfunc Old(days int) bool { return days > 30 }\n",
		"p/p_test.go": "package p\n\nimport \"testing\"\n\nfunc TestOld(t *testing.T) {\n\tif !Old(40) " +
			"{\n\t\tt.Error(\"40\")\n\t}\n}\n",
	})
	return root
}

// unreliable adds tests that fail whatever the code is: always, and the first time.
func unreliable(t *testing.T, root string) {
	t.Helper()
	const test = "package %s\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc %s(t *testing.T) {\n\t%s\n}\n"
	writeAll(t, root, map[string]string{
		"broken/broken_test.go": fmt.Sprintf(test, "broken", "TestBroken", "t.Error(os.Args)"),
		"once/once_test.go": fmt.Sprintf(test, "once", "TestOnce",
			"if os.Mkdir(\"once\", 0o700) == nil {\n\t\tt.Error(\"once\")\n\t}"),
	})
}

func writeAll(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoticed tries changes on a module: what a test notices, what none does, and
// what nothing can be said of.
func TestNoticed(t *testing.T) {
	root := module(t)
	unreliable(t, root)
	trials, err := NewTrials(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = trials.Close() })
	for _, row := range []struct {
		name   string
		mutant Mutant
		by     string // "" for a change that passes unnoticed
		err    string
	}{
		{"noticed", Mutant{File: "p/p.go", Old: "> 30", New: "> 50"}, "TestOld", ""},
		{"not noticed", Mutant{File: "p/p.go", Old: "> 30", New: "> 20"}, "", ""},
		{"moved", Mutant{File: "q/gone.go", Old: "> 30", New: "< 30"}, "TestOld", ""},
		{"gone", Mutant{File: "p/p.go", Old: "> 31", New: "> 50"}, "", "stands 0 times"},
		{"not told apart", Mutant{File: "p/p.go", Old: "Old", New: "New"}, "", "stands 2 times"},
		{"no code", Mutant{File: "p/p.go", Old: "> 30", New: "> !"}, "", "does not compile"},
		{"no test", Mutant{File: "p/p.go", Old: "> 30", New: "> 50", Run: "TestNew"}, "", `has no test "TestNew"`},
		{"not because of it", Mutant{File: "p/p.go", Old: "> 30", New: "> 20", Tests: "./broken"}, "",
			"[TestBroken] of ./broken fail without the change too"},
		{"once", Mutant{File: "p/p.go", Old: "> 30", New: "> 20", Tests: "./once"}, "", "failed once, and passed then"},
		{"by another package", Mutant{File: "p/p.go", Old: "> 30", New: "> 50", Tests: "./broken ./p"}, "TestOld", ""},
		{"a panic", Mutant{File: "p/p.go", Old: "return", New: "panic(days); return"}, "TestOld", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.mutant.ID, row.mutant.Tests = "m", cmp.Or(row.mutant.Tests, "./p")
			noticed, by, err := trials.Noticed(t.Context(), row.mutant)
			if row.err != "" {
				if err == nil || !strings.Contains(err.Error(), row.err) {
					t.Errorf("got %v, want %q", err, row.err)
				}
				return
			}
			if err != nil || noticed != (row.by != "") || strings.Join(by, " ") != row.by {
				t.Errorf("noticed %v by %v, %v; want it by %q", noticed, by, err, row.by)
			}
		})
	}
	if data, err := os.ReadFile(filepath.Join(root, "p/p.go")); err != nil || !strings.Contains(string(data), "> 30") {
		t.Errorf("the code itself was changed: %s, %v", data, err)
	}
	var stale *Stale
	if _, err := (Mutant{File: "p/p.go", Old: "> 31"}).Locate(root); !errors.As(err, &stale) {
		t.Errorf("got %v", err)
	}
}

// TestReport reads what gremlins wrote of a package.
func TestReport(t *testing.T) {
	e, err := readReport([]byte(`{"go_module":"m","files":[{"file_name":"p.go","mutations":[
		{"type":"CONDITIONALS_BOUNDARY","status":"LIVED","line":4,"column":43},
		{"type":"CONDITIONALS_NEGATION","status":"KILLED","line":4,"column":43},
		{"type":"ARITHMETIC_BASE","status":"TIMED OUT","line":9,"column":1},
		{"type":"ARITHMETIC_BASE","status":"NOT COVERED","line":10,"column":1},
		{"type":"CONDITIONALS_NEGATION","status":"KILLED","line":11,"column":2}]}]}`))
	if err != nil || e.Killed != 2 || e.Lived != 1 ||
		!slices.Equal(e.Where, []string{"p.go:4:43 CONDITIONALS_BOUNDARY"}) {
		t.Errorf("got %+v, %v", e, err)
	}
	if share := e.Share(); share < 66.6 || share > 66.7 {
		t.Errorf("a share of %v", share)
	}
	if (Efficacy{}).Share() != 100 {
		t.Error("a package without mutants is below a floor")
	}
	if _, err := readReport([]byte("{")); err == nil {
		t.Error("half a report is taken")
	}
}

// TestChanged has a package with a floor that changed, one that did not, one whose
// test data changed, and one without a floor.
func TestChanged(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		need.Missing(t, "git", err)
	}
	root := module(t)
	git := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(
			t.Context(),
			"git",
			append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	write := func(name string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("package x\n"),
			0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"kept/a.go", "data/testdata/a/b.txt", "other/a.go"} {
		write(name)
	}
	git("init", "-q")
	git("add", "-A")
	git("commit", "-qm", "first")
	for _, name := range []string{"p/p_test.go", "data/testdata/a/b.txt", "other/a.go"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte("package y\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Changed(t.Context(), root, "HEAD", map[string]float64{"p": 80, "kept": 80, "data": 80})
	if err != nil || !slices.Equal(got, []string{"data", "p"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := Changed(t.Context(), root, "no-such-commit", nil); err == nil ||
		!strings.Contains(err.Error(), "no-such-commit") {
		t.Errorf("got %v", err)
	}
}

// TestPinnedCodeIsThere: a pinned change whose code has gone guards nothing.
func TestPinnedCodeIsThere(t *testing.T) {
	list, err := Pinned()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if _, err := m.Locate("../../.."); err != nil {
			t.Error(err)
		}
	}
}
