package endpoint_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/endpoint"
)

func sh(script string) isolation.Subject {
	var s isolation.Subject
	s.Argv, s.Env = []string{"/bin/sh", "-c", script}, []string{"PATH=" + os.Getenv("PATH")}
	return s
}

func runs(t *testing.T, s isolation.Subject) isolation.Exit {
	t.Helper()
	p, err := endpoint.Backend{}.Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	exit, err := p.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return exit
}

// TestEnds: how a program ended is told as it was.
func TestEnds(t *testing.T) {
	for script, want := range map[string]isolation.Exit{
		"exit 0": {}, "exit 7": {Code: 7}, "kill -TERM $$": {Code: -1, Signal: syscall.SIGTERM},
		"kill -KILL 0":                                   {Code: -1, Signal: syscall.SIGKILL},
		"kill -KILL $PPID; sleep 9":                      {Code: -1, Signal: syscall.SIGKILL},
		`test "$(cut -d ' ' -f 6 /proc/self/stat)" = $$`: {}, // a session of its own
		`test "$(env | grep -c GOGC)" = 0`:               {}, // nothing of the keeper's
		`! ls -l /proc/self/fd | grep -q "socket:"`:      {}, // nor a way to it
	} {
		got := runs(t, sh(script))
		if got.Code != want.Code || got.Signal != want.Signal || got.TimedOut || got.Duration <= 0 {
			t.Errorf("%s: %+v", script, got)
		}
	}
}

// TestStreams: a program has the streams of its subject, and their end is seen.
func TestStreams(t *testing.T) {
	var out, errs bytes.Buffer
	s := sh("cat; echo err >&2; pwd")
	s.Stdin, s.Stdout, s.Stderr, s.Dir = strings.NewReader("in\n"), &out, &errs, t.TempDir()
	began := time.Now()
	if exit := runs(t, s); exit.Code != 0 || out.String() != "in\n"+s.Dir+"\n" || errs.String() != "err\n" {
		t.Errorf("%+v %q %q", exit, &out, &errs)
	}
	s = sh("exec >&- 2>&-; sleep 0.2")
	s.Stdout = &out
	if exit := runs(t, s); exit.Code != 0 || time.Since(began) > 10*time.Second {
		t.Errorf("%+v after %v", exit, time.Since(began))
	}
}

func TestCannotStart(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		argv0, dir string
		want       error
	}{
		{"no-such-program-anywhere", "", exec.ErrNotFound}, {filepath.Join(dir, "none"), "", syscall.ENOENT},
		{file, "", syscall.EACCES}, {"/bin/sh", filepath.Join(dir, "none"), syscall.ENOENT},
	} {
		var s isolation.Subject
		s.Argv, s.Dir = []string{row.argv0}, row.dir
		_, err := endpoint.Backend{}.Start(t.Context(), s)
		if !errors.Is(err, row.want) {
			t.Errorf("%s in %q: %v, want %v", row.argv0, row.dir, err, row.want)
		}
	}
}

// daemon is a script that starts a program which leaves its session and its parent, with its
// process id in a file.
const daemon = `setsid sh -c 'setsid sh -c "echo \$\$ > FILE; exec sleep 60" >/dev/null 2>&1 & exit' &
	while ! test -s FILE; do sleep 0.01; done; `

// TestNothingRunsOn: however a program ends, what left its session ends with it.
func TestNothingRunsOn(t *testing.T) {
	for name, row := range map[string]struct {
		then string
		end  func(context.CancelFunc, isolation.Running)
	}{
		"by itself":   {"exit 3", nil},
		"a signal":    {"kill -KILL $$", nil},
		"its group":   {"kill -KILL 0", nil},
		"a time":      {"sleep 60", nil},
		"the caller":  {"sleep 60", func(cancel context.CancelFunc, _ isolation.Running) { cancel() }},
		"the harness": {"sleep 60", func(_ context.CancelFunc, r isolation.Running) { r.Kill() }},
		"an interrupt": {"sleep 60", func(_ context.CancelFunc, r isolation.Running) {
			_ = r.Interrupt(syscall.SIGTERM) // shells catch SIGINT
		}},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "pid")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := sh(strings.ReplaceAll(daemon, "FILE", file) + row.then)
			s.Timeout = 20 * time.Second
			if name == "a time" {
				s.Timeout = 2 * time.Second
			}
			p, err := endpoint.Backend{}.Start(ctx, s)
			if err != nil {
				t.Fatal(err)
			}
			pid := started(t, file)
			if row.end != nil {
				row.end(cancel, p)
			}
			if exit, err := p.Wait(); err != nil || exit.TimedOut != (name == "a time") {
				t.Errorf("%+v %v", exit, err)
			}
			if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
				t.Errorf("it runs on: %v", err)
			}
		})
	}
}

// started waits for the process id in a file.
func started(t *testing.T, file string) int {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		data, _ := os.ReadFile(file)
		if pid, err := strconv.Atoi(strings.TrimSpace(string(data))); err == nil {
			return pid
		}
	}
	t.Fatal("it did not start")
	return 0
}
