package ports_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/hostproof/hostproof/harness/internal/ports"
	"github.com/hostproof/hostproof/harness/need"
)

// child listens at a free port, says which, and waits for its input to end.
const child = "HOSTPROOF_TEST_LISTEN"

func TestMain(m *testing.M) {
	if os.Getenv(child) == "" {
		os.Exit(m.Run())
	}
	l, err := net.Listen("tcp", os.Getenv(child))
	if err != nil {
		os.Exit(1)
	}
	os.Stdout.WriteString(strconv.Itoa(l.Addr().(*net.TCPAddr).Port) + "\n")
	bufio.NewReader(os.Stdin).ReadByte()
}

func TestPortsOfAProgram(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::]:0"} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = []string{child + "=" + address}
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		stdin, err1 := cmd.StdinPipe()
		stdout, err2 := cmd.StdoutPipe()
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil {
			need.Missing(t, "ipv6", fmt.Errorf("nothing can listen at %s: %w", address, err))
		}
		port, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		if got := ports.OfGroup(cmd.Process.Pid); !slices.Equal(got, []uint16{uint16(port)}) {
			t.Errorf("%s: the group listens at %v, want %d alone", address, got, port)
		}
		if got := ports.OfNamespace(cmd.Process.Pid); !slices.Contains(got, uint16(port)) {
			t.Errorf("%s: the namespace has %v, want %d among them", address, got, port)
		}
		if got := ports.OfGroup(os.Getpid()); slices.Contains(got, uint16(port)) {
			t.Errorf("%s: another group is said to listen at %d", address, port)
		}
		_ = stdin.Close()
		_ = cmd.Wait()
	}
}
