package harness_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// ourPorts are the TCP ports of this machine at which this process listens.
func ourPorts(t *testing.T) map[int]bool {
	t.Helper()
	ours := map[string]bool{}
	files, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		target, err := os.Readlink(file)
		if inode, ok := strings.CutPrefix(target, "socket:["); err == nil && ok {
			ours[strings.TrimSuffix(inode, "]")] = true
		}
	}
	ports := map[int]bool{}
	for _, table := range []string{"tcp", "tcp6"} {
		b, err := os.ReadFile("/proc/self/net/" + table)
		if err != nil {
			continue // a kernel without IPv6
		}
		for line := range strings.Lines(string(b)) {
			columns := strings.Fields(line)
			if len(columns) < 10 || columns[3] != "0A" || !ours[columns[9]] {
				continue
			}
			_, hex, _ := strings.Cut(columns[1], ":")
			port, err := strconv.ParseInt(hex, 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			ports[int(port)] = true
		}
	}
	return ports
}

// TestStrangersAreNotHeard: what another program of the machine sends to a port
// must not become the subject's call. In the sandbox there is no such port; the
// check itself is tried under isolation endpoint, which has some.
func TestStrangersAreNotHeard(t *testing.T) {
	for _, mode := range []isolation.Mode{isolation.Sandbox, isolation.Endpoint} {
		t.Run(string(mode), func(t *testing.T) {
			if mode == isolation.Sandbox {
				if err := isolation.Available(); err != nil {
					need.Missing(t, "sandbox", err)
				}
			}
			before := ourPorts(t)
			echo, heard := io.Pipe()
			d := harness.StartTest(t, "vercel", harness.WithMock("embedded"), harness.WithIsolation(mode),
				harness.User("app"), harness.WithOutput(heard, nil))
			in, out, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			subject := harness.Command("cat")
			subject.Stdin = in
			ended := make(chan *harness.Result, 1)
			go func() {
				r, err := d.Run(context.WithoutCancel(t.Context()), subject)
				if err != nil {
					t.Error(err)
				}
				ended <- r
			}()
			if _, err := out.WriteString("x"); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(echo, make([]byte, 1)); err != nil { // it runs
				t.Fatal(err)
			}
			opened := 0
			for port := range ourPorts(t) {
				if before[port] {
					continue
				}
				opened++
				client := http.Client{Timeout: 10 * time.Second}
				answer, err := client.Get("http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) +
					"/v1/services")
				if err == nil {
					answer.Body.Close()
				}
			}
			out.Close()
			r := <-ended
			switch {
			case r == nil:
				t.Fatal("no result")
			case mode == isolation.Sandbox && opened > 0:
				t.Errorf("%d ports of this machine are open, want none", opened)
			case mode == isolation.Sandbox && len(r.Exchanges)+len(r.Probes) > 0:
				t.Errorf("strangers are taken for the subject: %v", r)
			case mode == isolation.Endpoint && (opened == 0 || len(r.Exchanges) == 0):
				t.Errorf("the check sees no port and no stranger: %d ports, %v", opened, r)
			}
		})
	}
}
