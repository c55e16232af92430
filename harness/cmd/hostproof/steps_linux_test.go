package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/hostproof/hostproof/fixtures/steps"
	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness/need"
)

func TestStepsAreLinesWithoutATerminal(t *testing.T) {
	var out bytes.Buffer
	s := &streams{err: &out}
	ctx := s.context()
	steps.Begin(ctx, steps.Step{What: "installing x", Why: "once"})(nil)
	steps.Begin(ctx, steps.Step{What: "building y"})(errors.New("no"))
	want := "installing x (once) ...\ninstalling x: done after 0s\nbuilding y ...\nbuilding y: failed after 0s\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", &out, want)
	}
}

// withGo puts a program in the place of the go command, and makes the cache
// empty.
func withGo(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
}

// TestInstallingIsTold: a slow step is announced on standard error, once.
func TestInstallingIsTold(t *testing.T) {
	withGo(t, "printf '#!/bin/sh\\nexit 0\\n' >subject; chmod +x subject")
	for _, told := range []int{1, 0} {
		code, out, errOut := try(t, "matrix", "--hosts", "local", "--subjects", "go-aws-sdk", "--strategies", "env")
		if code != 0 || strings.Count(errOut, "installing go-aws-sdk (go, once: it is kept in ") != told ||
			strings.Count(errOut, "installing go-aws-sdk: done after ") != told || strings.Contains(out, "installing") {
			t.Errorf("exit %d, want it told %d times:\n%s\n%s", code, told, errOut, out)
		}
	}
	c := newChild(t, "matrix", "--hosts", "local", "--", "true")
	master := onTerminal(t, c)
	said := new(bytes.Buffer)
	_, _ = said.ReadFrom(master) // EIO is a terminal's end
	if _ = c.Wait(); !strings.Contains(said.String(), "\r\x1b[2K") {
		t.Errorf("nothing is rewritten in place on a terminal: %q", said)
	}
}

// TestInterruptedInstallation leaves no installer behind.
func TestInterruptedInstallation(t *testing.T) {
	mark := fmt.Sprintf("7777.%d", os.Getpid()) // to sleep
	withGo(t, fmt.Sprintf("sleep %s &\nwait\n", mark))
	c := newChild(t, "matrix", "--hosts", "local", "--subjects", "go-aws-sdk")
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	wait(t, "sleep "+mark, nil) // its end is waited for below
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := c.ended(t, mark); code != 130 || !strings.Contains(said.String(), "hostproof: interrupted by SIGINT\n") {
		t.Errorf("exit %d:\n%s", code, &said)
	}
}

// TestCacheThatCannotBeWritten names the variable that helps.
func TestCacheThatCannotBeWritten(t *testing.T) {
	withGo(t, "exit 0")
	t.Setenv("XDG_CACHE_HOME", "/proc/nothing")
	code, _, errOut := try(t, "matrix", "--hosts", "local", "--subjects", "go-aws-sdk")
	if code != exitHarness || !strings.Contains(errOut, "XDG_CACHE_HOME") || !strings.Contains(errOut,
		"/proc/nothing") {
		t.Errorf("exit %d: %s", code, errOut)
	}
}

// TestRequiredToolsOfCIAreKnown: a typo there would turn a failure into a skip.
func TestRequiredToolsOfCIAreKnown(t *testing.T) {
	data, err := os.ReadFile("../../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`everything=((?:\w|,|-)+)\n`).FindSubmatch(data)
	if m == nil {
		t.Fatal("the full run requires nothing")
	}
	for _, name := range strings.Split(string(m[1]), ",") {
		if !slices.Contains(append(subjects.Tools(), need.Names...), name) {
			t.Errorf("%s is neither a tool of a subject nor known to the tests", name)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"--version"}} {
		code, out, _ := try(t, args...)
		if code != 0 ||
			!regexp.MustCompile(
				`^hostproof \S+\n(revision .*\n)?go1\.\S+ linux/\w+\n\d+ hosts, \d+ facts \(\d+ entered and not read again; the newest check: \S+\)\nthe mock knows \d+ operations of \d+ AWS services, from botocore [\d.]+ of \d{4}-\d\d-\d\d\n$`).MatchString(out) {
			t.Errorf("%v: exit %d: %q", args, code, out)
		}
	}
	if code, out, _ := try(t, "--version", "--json"); code != 0 || !strings.Contains(out, `"go": "go1.`) {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestHostsAreGroupedByVendor(t *testing.T) {
	code, out, _ := try(t, "hosts", "VERCEL")
	if code != 0 || !strings.HasPrefix(out, "Vercel\n  * vercel-fluid  ") || strings.Contains(out, "Amazon") ||
		!strings.Contains(out, "start here: ") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	code, out, _ = try(t, "hosts", "amplify", "build")
	if code != 0 || strings.Count(out, "\n  ") != 1 && !strings.Contains(out, "amplify-build") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if code, out, _ := try(t, "hosts", "--json", "netlify"); code != 0 || !strings.Contains(out,
		`"vendor": "Netlify"`) || strings.Contains(out, "vercel-fluid") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}
