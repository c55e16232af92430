package main

import (
	"bufio"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// ownTerminal is a child whose program has a terminal of its own.
func ownTerminal(t *testing.T, script string) *child {
	t.Helper()
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	return newChild(t, "run", "--host", "vercel", "--isolation", "sandbox", "--timeout", "1m", "--terminal", "--",
		"sh", "-c", script)
}

// TestOwnTerminal: the program's terminal is another than the caller's, of its size, also when that
// changes; what is typed arrives, and afterwards the caller's is as it was.
func TestOwnTerminal(t *testing.T) {
	c := ownTerminal(t, `trap "stty size; echo changed" WINCH; tty; ls /dev/pts; echo to it > /dev/tty; stty size
		test -t 0 && test -t 1 && test -t 2 && echo ready; while [ -z "$x" ]; do read x; done; echo got $x`)
	terminal := onTerminal(t, c)
	before := settingsOf(t, terminal)
	lines := bufio.NewReader(terminal)
	for _, want := range []string{"/dev/pts/0", "ptmx", "to it", "40 70", "ready"} {
		until(t, lines, want)
	}
	if during := settingsOf(t, terminal); during.Lflag&(unix.ICANON|unix.ISIG|unix.ECHO) != 0 {
		t.Error("the caller's terminal acts on what is typed")
	}
	size := &unix.Winsize{Row: 20, Col: 60}
	if err := unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, size); err != nil {
		t.Fatal(err)
	}
	until(t, lines, "20 60")
	if _, err := terminal.WriteString("\nhello\n"); err != nil {
		t.Fatal(err)
	}
	until(t, lines, "got hello")
	rest, _ := io.ReadAll(lines) // EIO is a terminal's end
	if err := c.Wait(); err != nil {
		t.Errorf("%v, printed\n%s", err, rest)
	}
	if after := settingsOf(t, terminal); after != before {
		t.Errorf("the caller's terminal is %+v, it was %+v", after, before)
	}
}

func settingsOf(t *testing.T, terminal *os.File) unix.Termios {
	t.Helper()
	settings, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *settings
}

// TestOwnTerminalInterrupts: Control-C is the program's affair.
func TestOwnTerminalInterrupts(t *testing.T) {
	c := ownTerminal(t, `trap "echo caught; exit 7" INT; echo ready; sleep 50 & wait; echo went on`)
	terminal := onTerminal(t, c)
	lines := bufio.NewReader(terminal)
	until(t, lines, "ready")
	if _, err := terminal.Write([]byte{3}); err != nil { // Control-C
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(lines) // EIO is a terminal's end
	err := c.Wait()
	if text := string(rest); err == nil || c.ProcessState.ExitCode() != exitRefused ||
		!strings.Contains(text, "caught") || !strings.Contains(text, "the subject failed: exit 7") {
		t.Errorf("%v, printed\n%s", err, text)
	}
}

// TestOwnTerminalWithout: nobody has to have a terminal to give one; what the program reads ends as a
// person ends it.
func TestOwnTerminalWithout(t *testing.T) {
	c := ownTerminal(t, "stty size; cat")
	c.Stdin = strings.NewReader("one\ntwo")
	out, err := c.Output()
	printed, _, _ := strings.Cut(string(out), "\nhost vercel")
	// A terminal shows what is typed, too.
	if err != nil || !strings.Contains(printed, "24 80\r\n") || strings.Count(printed, "one\r\n") != 2 ||
		strings.Count(printed, "two") != 2 {
		t.Errorf("%v, printed %q", err, printed)
	}
}

// TestNoTerminal: where there is none, that is an error of usage.
func TestNoTerminal(t *testing.T) {
	for name, args := range map[string][]string{
		"endpoint": {"--isolation", "endpoint", "--terminal", "--", "true"},
		"image":    {"--image", "busybox", "--terminal"},
	} {
		c := newChild(t, append([]string{"run", "--host", "vercel"}, args...)...)
		out, err := c.CombinedOutput()
		if c.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), "terminal") {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
}
