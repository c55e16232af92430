package container_test

import (
	"fmt"
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

// TestStrangersAreNotHeard: whatever another program of this machine says at a
// port that a run has open, it is none of the subject's calls. And a run has none
// open but where visitors of a server call.
func TestStrangersAreNotHeard(t *testing.T) {
	image := probe(t)
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	program := filepath.Join(t.TempDir(), "probe")
	if err := os.WriteFile(program, probeBinary(t), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, mock := range []string{"embedded", "container"} {
		for mode, subject := range map[isolation.Mode]harness.Subject{
			isolation.Container: harness.Image(image, "serve", ":8000"),
			isolation.Sandbox:   harness.Command(program, "serve", ":8000"),
		} {
			t.Run(string(mode)+", mock "+mock, func(t *testing.T) {
				d := harness.StartTest(t, "ecs-fargate", harness.WithMock(mock), harness.WithIsolation(mode))
				s, err := d.Serve(t.Context(), subject, 8000)
				if err != nil {
					t.Fatal(err)
				}
				answer, err := s.Get(t.Context(), "/get?https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity")
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				if open := listening(t); len(open) != 0 {
					t.Errorf("ports %v are open, and nothing asked for any", open)
				}
				url, err := s.Listen()
				if err != nil {
					t.Fatal(err)
				}
				open := listening(t)
				if len(open) != 1 || !strings.HasSuffix(url, fmt.Sprintf(":%d", open[0])) {
					t.Errorf("ports %v are open, want only that of %s", open, url)
				}
				for _, port := range open {
					strange(t, port)
				}
				r, err := s.Close()
				if err != nil {
					t.Fatal(err)
				}
				if len(r.Exchanges) != 1 || r.Exchanges[0].Call != "sts:GetCallerIdentity" {
					t.Errorf("got %d exchanges, want the subject's own:\n%s", len(r.Exchanges), r)
				}
				if len(r.Lookups) != 0 || len(r.Probes) != 0 {
					t.Errorf("lookups %v, probes %v: the subject made none", r.Lookups, r.Probes)
				}
			})
		}
	}
}

// strange says what scanners, monitors and attackers say.
func strange(t *testing.T, port int) {
	t.Helper()
	c := http.Client{Timeout: 10 * time.Second}
	base := fmt.Sprintf("http://127.0.0.1:%d", port)
	for _, path := range []string{"/v1/services", "/v1/journal", "/healthz", "/latest/meta-data/"} {
		r, err := c.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
	}
	r, err := c.Post(base+"/v1/seed", "text/plain", strings.NewReader("accounts: []"))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
}

// listening are the TCP ports at which this process listens.
func listening(t *testing.T) (ports []int) {
	t.Helper()
	ours := sockets(t)
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		data, err := os.ReadFile(table)
		if os.IsNotExist(err) {
			continue // no IPv6 here
		}
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			// sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
			f := strings.Fields(line)
			const listen = "0A"
			if len(f) < 10 || f[3] != listen || !ours[f[9]] {
				continue
			}
			_, hex, _ := strings.Cut(f[1], ":")
			port, err := strconv.ParseUint(hex, 16, 16)
			if err != nil {
				t.Fatal(err)
			}
			ports = append(ports, int(port))
		}
	}
	return ports
}

// sockets are the inodes of this process's sockets.
func sockets(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		link, err := os.Readlink("/proc/self/fd/" + fd.Name())
		if inode, ok := strings.CutPrefix(link, "socket:["); err == nil && ok {
			out[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return out
}
