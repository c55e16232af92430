package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/harness/report"
)

// TestMain runs the command itself in the child processes of tests.
func TestMain(m *testing.M) {
	if os.Getenv("HOSTPROOF_TEST_CHILD") != "" {
		os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	heedSignals()
	os.Exit(m.Run())
}

// heedSignals undoes that the tests themselves were started with a signal ignored,
// as by nohup or in a shell's background: children would inherit that, and never
// end by it. A signal that is caught is not ignored in a child.
func heedSignals() {
	for _, sig := range ending {
		if signal.Ignored(sig) {
			signal.Notify(make(chan os.Signal, 1), sig)
		}
	}
}

// child is the command in a process of its own, with a temporary directory of its
// own.
type child struct {
	*exec.Cmd
	temp string
}

func newChild(t *testing.T, args ...string) *child {
	t.Helper()
	c := &child{exec.CommandContext(t.Context(), os.Args[0], args...), t.TempDir()}
	c.Env = append(os.Environ(), "HOSTPROOF_TEST_CHILD=1", "TMPDIR="+c.temp, "NO_COLOR=", "TERM=xterm")
	return c
}

// ended is the child's exit code, and checks that it has left nothing behind.
func (c *child) ended(t *testing.T, mark string) int {
	t.Helper()
	_ = c.Wait() // its code says how it ended
	left, err := os.ReadDir(c.temp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	for _, args := range commandLines(t) {
		if strings.Contains(args, mark) {
			t.Errorf("still runs: %q", args)
		}
	}
	return c.ProcessState.ExitCode()
}

// until reads lines up to one, and returns what was read.
func until(t *testing.T, r *bufio.Reader, line string) string {
	t.Helper()
	var all strings.Builder
	for {
		text, err := r.ReadString('\n')
		all.WriteString(text)
		if strings.Contains(text, line) {
			return all.String()
		}
		if err != nil {
			t.Fatalf("%q was not printed: %v\n%s", line, err, &all)
		}
	}
}

func modes() []string {
	if isolation.Available() != nil {
		return []string{"endpoint"}
	}
	return []string{"sandbox", "endpoint"}
}

// looping says when it is ready and then does nothing until a signal. The mark is
// in the command lines of all its processes.
const looping = `trap 'echo cleaned up; exit 5' INT TERM HUP; echo ready; while :; do sleep 0.05 %s; done`

// TestInterruptedRun: the program gets the signal and can clean up; the result
// says what happened without a diagnosis; nothing is left behind.
func TestInterruptedRun(t *testing.T) {
	for _, mode := range modes() {
		for sig, name := range map[syscall.Signal]string{syscall.SIGINT: "SIGINT", syscall.SIGTERM: "SIGTERM",
			syscall.SIGHUP: "SIGHUP"} {
			t.Run(mode+" "+name, func(t *testing.T) {
				mark := fmt.Sprintf("0.0%d%d", os.Getpid(), sig) // to sleep
				c := newChild(t, "run", "--host", "vercel", "--isolation", mode, "--timeout", "10m", "--", "sh", "-c",
					fmt.Sprintf(looping, mark))
				out, err := c.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				lines := bufio.NewReader(out)
				until(t, lines, "ready")
				if err := c.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				rest, err := io.ReadAll(lines)
				if err != nil {
					t.Fatal(err)
				}
				if code := c.ended(t, mark); code != 128+int(sig) {
					t.Errorf("exit %d, want %d", code, 128+int(sig))
				}
				if text := strings.ReplaceAll(string(rest), "\r", ""); strings.Count(text, "cleaned up\n") != 1 ||
					!strings.Contains(text, "\ninterrupted by "+name) ||
					strings.Contains(text, "diagnosis") || strings.Contains(text, "no-call") {
					t.Errorf("printed\n%s", text)
				}
			})
		}
	}
}

// TestTerminalInterrupts: Control-C at a terminal reaches the program once, and
// what a terminal shows is coloured.
func TestTerminalInterrupts(t *testing.T) {
	for _, mode := range modes() {
		t.Run(mode, func(t *testing.T) {
			mark := fmt.Sprintf("0.0%d99", os.Getpid())
			c := newChild(t, "run", "--host", "vercel", "--isolation", mode, "--timeout", "10m", "--", "sh", "-c",
				fmt.Sprintf(looping, mark))
			terminal := onTerminal(t, c)
			lines := bufio.NewReader(terminal)
			until(t, lines, "ready")
			if _, err := terminal.Write([]byte{3}); err != nil { // Control-C
				t.Fatal(err)
			}
			rest, _ := io.ReadAll(lines) // EIO is a terminal's end
			if code := c.ended(t, mark); code != 130 {
				t.Errorf("exit %d", code)
			}
			if text := strings.ReplaceAll(string(rest), "\r", ""); strings.Count(text, "cleaned up\n") != 1 ||
				!strings.Contains(text, "\x1b[31minterrupted by SIGINT") {
				t.Errorf("printed\n%q", text)
			}
		})
	}
}

// TestTerminalIsRead: a program in a session of its own reads the terminal all the
// same.
func TestTerminalIsRead(t *testing.T) {
	for _, mode := range modes() {
		c := newChild(t, "run", "--host", "vercel", "--isolation", mode, "--timeout", "10m", "--", "sh", "-c",
			"echo ready; read x; echo got $x")
		terminal := onTerminal(t, c)
		lines := bufio.NewReader(terminal)
		until(t, lines, "ready")
		if _, err := terminal.WriteString("hello\n"); err != nil {
			t.Fatal(err)
		}
		until(t, lines, "got hello")
		_, _ = io.ReadAll(lines) // EIO is a terminal's end
		if err := c.Wait(); err != nil {
			t.Errorf("%s: %v", mode, err)
		}
	}
}

// onTerminal starts a child at a terminal of its own, whose other end is returned.
func onTerminal(t *testing.T, c *child) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		need.Missing(t, "terminal", fmt.Errorf("there is no terminal to be had: %w", err))
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 70}); err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer slave.Close()
	c.Stdin, c.Stdout, c.Stderr = slave, slave, slave
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return master
}

// atTerminal is all that a command prints at a terminal of 70 columns.
func atTerminal(t *testing.T, env string, args ...string) string {
	t.Helper()
	c := newChild(t, args...)
	c.Env = append(c.Env, env)
	out, _ := io.ReadAll(onTerminal(t, c)) // EIO is a terminal's end
	_ = c.Wait()
	return string(out)
}

// TestColoursAreForTerminalsAlone looks at each command that has them.
func TestColoursAreForTerminalsAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "good.txtar")
	if err := os.WriteFile(file, []byte(smallCase), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"hosts"}, {"show", "vercel"}, {"replay", file}, {"run", "--host", "vercel", "--", "true"},
		{"explain", "../../explain/testdata/boto3.log"},
	} {
		if out := atTerminal(t, "X=", args...); !strings.Contains(out, "\x1b[") {
			t.Errorf("%v: no colour on a terminal:\n%q", args, out)
		}
		for _, env := range []string{"NO_COLOR=1", "TERM=dumb"} {
			if out := atTerminal(t, env, args...); strings.Contains(out, "\x1b[") || len(out) == 0 {
				t.Errorf("%v: colours although %s:\n%q", args, env, out)
			}
		}
		if _, out, errOut := try(t, args...); strings.Contains(out+errOut, "\x1b[") {
			t.Errorf("%v: colours without a terminal", args)
		}
	}
	if out := atTerminal(t, "X=", "hosts", "--json"); strings.Contains(out, "\x1b[") {
		t.Errorf("colours in JSON:\n%q", out)
	}
}

// TestTextFitsTheTerminal: but for words that are longer than a line.
func TestTextFitsTheTerminal(t *testing.T) {
	for _, args := range [][]string{{"hosts"}, {"show", "vercel"}, {"show", "ec2", "--answers"}} {
		for line := range strings.Lines(atTerminal(t, "NO_COLOR=1", args...)) {
			line = strings.TrimRight(line, "\r\n")
			if ansi.StringWidth(line) > 70 && len(strings.Fields(line)) > 1 {
				t.Errorf("%v: %d columns: %s", args, ansi.StringWidth(line), line)
			}
		}
	}
}

// TestInterruptedMatrix: the cells that were done are in a report that says that
// it is partial.
func TestInterruptedMatrix(t *testing.T) {
	dir := t.TempDir()
	fifo, out := filepath.Join(dir, "fifo"), filepath.Join(dir, "out")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	mark := fmt.Sprintf("9999.%d", os.Getpid())
	script := fmt.Sprintf(`[ -z "$VERCEL" ] || { echo begun >%s; exec sleep %s; }`, fifo, mark)
	c := newChild(t, "matrix", "--hosts", "local,vercel", "--isolation", "endpoint", "--parallel", "1", "--timeout",
		"10m", "--out", out, "--", "sh", "-c", script)
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(fifo); err != nil { // until the second cell runs
		t.Fatal(err)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := c.ended(t, mark); code != 143 {
		t.Errorf("exit %d", code)
	}
	const partial = "interrupted by SIGTERM after 1 of 2 cells"
	if !strings.Contains(said.String(), "partial, "+partial) || !strings.Contains(said.String(), "1 cell: ") {
		t.Errorf("said\n%s", &said)
	}
	data, err := os.ReadFile(filepath.Join(out, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(data, &r); err != nil || r.Partial != partial || len(r.Cells) != 1 ||
		r.Cells[0].Host != "local" || r.Planned != 2 {
		t.Errorf("%v: %+v", err, r)
	}
	for name, want := range map[string]string{
		report.HTMLFile: "Partial:</b> " + partial, report.JUnitFile: `<error message="` + partial +
			`" type="partial">`,
	} {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s does not say %q: %v", name, want, err)
		}
	}
}

// TestClosedPipeLeavesNothing: who reads the output may go.
func TestClosedPipeLeavesNothing(t *testing.T) {
	mark := fmt.Sprintf("8888.%d", os.Getpid())
	c := newChild(t, "run", "--host", "vercel", "--isolation", "endpoint", "--", "sh", "-c",
		"echo begun; echo more; exit 0 # "+mark)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReaderSize(out, 16).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	out.Close()
	if code := c.ended(t, mark); code < 0 {
		t.Errorf("a signal ended it: %v", c.ProcessState)
	}
}
