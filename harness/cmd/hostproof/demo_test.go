//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDemo builds the command, since the demo runs its own executable again.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	openTo(t, dir)
	path := filepath.Join(dir, "hostproof")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, row := range []struct {
		name string
		test func(t *testing.T, s *stranger)
	}{
		{"with Go alone", demoAlone},
		{"as an ordinary user", demoAsAnOrdinaryUser},
		{"a program that does what no library does", demoThatComesOutOtherwise},
		{"a broken npm", demoWithABrokenNpm},
		{"images", demoSays(exitUsage, "HOSTPROOF_ISOLATION=container", "the demo's programs are not in one")},
		{"no such isolation", demoSays(exitUsage, "HOSTPROOF_ISOLATION=jail", `"jail" is not known`)},
		{"no place for temporary files", demoSays(exitHarness, "TMPDIR=/nonexistent", "/nonexistent")},
		{"interrupted while npm installs", demoInterrupted(func(s *stranger, forever string) {
			s.hasNode("")
			s.has("npm", forever)
		})},
		{"interrupted while a program runs", demoInterrupted((*stranger).hasNode)},
	} {
		t.Run(row.name, func(t *testing.T) { row.test(t, newStranger(t, path)) })
	}
}

// openTo lets every user into a folder.
func openTo(t *testing.T, dir string) {
	t.Helper()
	for ; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// stranger is a process of hostproof demo on a machine of its own.
type stranger struct {
	t         *testing.T
	path      string // of hostproof
	tools     string // the one folder of its PATH
	home, tmp string
	env       []string
	user      *syscall.Credential
}

func newStranger(t *testing.T, path string) *stranger {
	t.Helper()
	s := &stranger{t: t, path: path, tools: t.TempDir(), home: t.TempDir(), tmp: t.TempDir()}
	s.env = []string{"HOSTPROOF_ISOLATION=endpoint"}
	for _, dir := range []string{s.tools, s.home, s.tmp} {
		openTo(t, dir)
		if err := os.Chmod(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// has puts a script on PATH.
func (s *stranger) has(name, script string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.tools, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		s.t.Fatal(err)
	}
}

// hasNode puts a Node.js on PATH that runs a script for each program, and an npm
// that installs nothing and says that it has.
func (s *stranger) hasNode(program string) {
	s.has("npm", "exit 0")
	s.has("node", `if [ "$1" = --version ]; then echo v22.1.0; exit; fi`+"\n"+program)
}

func (s *stranger) command() (cmd *exec.Cmd, out *bytes.Buffer) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	s.t.Cleanup(cancel)
	cmd, out = exec.CommandContext(ctx, s.path, "demo"), &bytes.Buffer{}
	cmd.Env = append([]string{"PATH=" + s.tools, "HOME=" + s.home, "TMPDIR=" + s.tmp}, s.env...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = out, out, s.home
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.user}
	return cmd, out
}

// runs gives the exit code and what was printed, in words with one space between.
func (s *stranger) runs() (code int, out string) {
	s.t.Helper()
	cmd, printed := s.command()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	s.leftNothing()
	return cmd.ProcessState.ExitCode(), strings.Join(strings.Fields(printed.String()), " ")
}

// leftNothing: no temporary file is left, and no half of an installation.
func (s *stranger) leftNothing() {
	s.t.Helper()
	if left, err := os.ReadDir(s.tmp); err != nil || len(left) > 0 {
		s.t.Errorf("left in the folder for temporary files: %v %v", left, err)
	}
	halves, err := filepath.Glob(filepath.Join(s.home, ".cache", "hostproof", "subjects", "*", "package.json"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, manifest := range halves {
		if _, err := os.Stat(filepath.Join(filepath.Dir(manifest), ".installed")); err != nil {
			s.t.Errorf("half of an installation is left: %s", manifest)
		}
	}
}

func demoAlone(t *testing.T, s *stranger) {
	code, out := s.runs()
	if code != 0 || !strings.Contains(out, "2 of 2 stories came out as known.") {
		t.Fatalf("exit %d: %s", code, out)
	}
	if !strings.HasSuffix(out, "hostproof run --host vercel -- node your-app.mjs") {
		t.Errorf("the last line is not the command to try next: %s", out)
	}
}

func demoAsAnOrdinaryUser(t *testing.T, s *stranger) {
	s.env = nil // the sandbox where an ordinary user may have it
	if os.Getuid() == 0 {
		s.user = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	if code, out := s.runs(); code != 0 || !strings.Contains(out, "2 of 2 stories came out as known.") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func demoThatComesOutOtherwise(t *testing.T, s *stranger) {
	s.hasNode("echo all is well")
	code, out := s.runs()
	if code != exitRefused {
		t.Errorf("exit %d, want %d", code, exitRefused)
	}
	for _, want := range []string{
		"1 of 2 stories came out as known", "Not as known:",
		"story 2, on Amplify, service role alone: the program ended well",
		"story 2, on Amplify, compute role: the program made no s3:ListBuckets call",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("not printed: %q\n%s", want, out)
		}
	}
}

func demoWithABrokenNpm(t *testing.T, s *stranger) {
	s.hasNode("exit 9")
	s.has("npm", "echo 'npm error code E418' >&2; echo 'npm error the registry is a teapot' >&2; exit 1")
	code, out := s.runs()
	if code != 0 || !strings.Contains(out, "2 of 2 stories came out as known.") {
		t.Errorf("exit %d", code)
	}
	for _, want := range []string{
		"it cannot be installed here", "the registry is a teapot", "in place of @aws-sdk/client-s3",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("not printed: %q\n%s", want, out)
		}
	}
}

// demoSays has a variable set that the demo cannot work with.
func demoSays(want int, env, says string) func(t *testing.T, s *stranger) {
	return func(t *testing.T, s *stranger) {
		s.env = append(s.env, env)
		if code, out := s.runs(); code != want || !strings.Contains(out, says) {
			t.Errorf("exit %d, want %d: %s", code, want, out)
		}
	}
}

// demoInterrupted has a tool or a program run for ever: Ctrl-C ends it and leaves
// nothing.
func demoInterrupted(have func(s *stranger, forever string)) func(t *testing.T, s *stranger) {
	return func(t *testing.T, s *stranger) {
		forever := "sleep 7778." + strconv.Itoa(os.Getpid())
		have(s, "PATH=/usr/bin:/bin\nexec "+forever)
		cmd, out := s.command()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		wait(t, forever, ended)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		<-ended
		if code := cmd.ProcessState.ExitCode(); code != 128+int(syscall.SIGINT) || !strings.Contains(out.String(),
			"interrupted") {
			t.Errorf("exit %d: %s", code, out)
		}
		if isRunning(t, forever) {
			t.Errorf("%s is left", forever)
		}
		s.leftNothing()
	}
}

// wait waits for a program with a command line to run. It looks from outside: behind the
// wall for installers a program can leave no file where the test would find it.
func wait(t *testing.T, commandLine string, ended <-chan error) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !isRunning(t, commandLine) {
		select {
		case err := <-ended:
			t.Fatalf("the command ended: %v", err)
		case <-tick.C:
		}
	}
}

func isRunning(t *testing.T, commandLine string) bool {
	t.Helper()
	return slices.Contains(commandLines(t), commandLine)
}

// commandLines looks into /proc, and where there is none asks ps.
func commandLines(t *testing.T) (out []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err == nil { // else it has ended meanwhile
			out = append(out, strings.ReplaceAll(strings.TrimSuffix(string(data), "\x00"), "\x00", " "))
		}
	}
	if len(files) > 0 {
		return out
	}
	listed, err := exec.Command("ps", "-A", "-o", "args=").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(listed)) {
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

func TestNextCommand(t *testing.T) {
	for self, want := range map[string]string{
		"/tmp/go-build123/b001/exe/hostproof": "go run ./harness/cmd/hostproof",
		"/usr/local/bin/hostproof":            "hostproof",
	} {
		if got := nextCommand(self); got != want+" run --host vercel -- node your-app.mjs" {
			t.Errorf("%s: got %q", self, got)
		}
	}
}
