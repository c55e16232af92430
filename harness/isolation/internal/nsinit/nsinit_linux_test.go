package nsinit

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/need"
)

func TestDeepest(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"run/lock", "etc"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		"var":         "./run",
		"abs":         filepath.Join(dir, "run"),
		"up":          "etc/../run",
		"etc/conf":    "../run/resolve/stub.conf", // dangling
		"loop":        "loop",
		"etc/nowhere": "gone/../conf",
		"root":        "/",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, exists, missing, err string }{
		{"run/lock", "run/lock", "", ""},
		{"run/a/b", "run", "a/b", ""},
		{"var/a", "run", "a", ""},
		{"abs/lock/x", "run/lock", "x", ""},
		{"up/lock", "run/lock", "", ""},
		{"etc/conf", "run", "resolve/stub.conf", ""},
		{"file", "file", "", ""},
		{"file/x", "", "", "not a directory"},
		{"loop/x", "", "", "too many levels"},
		{"etc/nowhere", "", "", "leads nowhere"},
	} {
		exists, missing, err := deepest(filepath.Join(dir, c.path))
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v, want %q", c.path, err, c.err)
			}
		case err != nil || exists != filepath.Join(dir, c.exists) || strings.Join(missing, "/") != c.missing:
			t.Errorf("%s: %q, %q, %v", c.path, exists, missing, err)
		}
	}
	if exists, missing, err := deepest(filepath.Join(dir, "root")); exists != "/" || missing != nil || err != nil {
		t.Errorf("/: %q, %q, %v", exists, missing, err)
	}
}

func TestLookPath(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"run": 0o755, "data": 0o644} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, c := range []struct{ name, path, want string }{
		{"run", "PATH=/none:" + dir, filepath.Join(dir, "run")},
		{"run", "PATH=/none:", "./run"},
		{"run", "PATH=.", "./run"},
		{"/any/where", "PATH=", "/any/where"},
		{"./data", "PATH=", "./data"}, // exec says what is wrong with it
		{"data", "PATH=" + dir, ""},
		{"sub", "PATH=" + dir, ""},
		{"run", "NOPATH=" + dir, ""},
	} {
		got, err := lookPath(c.name, []string{c.path})
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s in %s: %q, %v", c.name, c.path, got, err)
		}
	}
}

func TestListening(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "0.0.0.0:0", "[::]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Log(err) // no IPv6
			continue
		}
		port := netip.MustParseAddrPort(l.Addr().String()).Port()
		a, err := listening(port)
		if err != nil || !a.IsLoopback() {
			t.Errorf("%s: %v, %v", address, a, err)
		}
		c, err := net.Dial("tcp", netip.AddrPortFrom(a, port).String())
		if err != nil {
			t.Error(err)
		} else {
			c.Close()
		}
		l.Close()
		if a, err := listening(port); err == nil {
			t.Errorf("%s: still %v", address, a)
		}
	}
}

func FuzzTableAddr(f *testing.F) {
	for _, s := range []string{"0100007F", "00000000000000000000000001000000", "", "zz", "0100007", "010000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := tableAddr(s)
		if !ok {
			return
		}
		b, err := hex.DecodeString(s)
		if err != nil || len(b) != 4 && len(b) != 16 || !a.IsValid() || a.IsUnspecified() {
			t.Errorf("%q is %v", s, a)
		}
		if len(b) == 4 && binary.BigEndian.Uint32(b) != 0 {
			want := a.As4()
			if binary.NativeEndian.Uint32(want[:]) != binary.BigEndian.Uint32(b) {
				t.Errorf("%q is %v", s, a)
			}
		}
	})
}

// TestPrepareBesideOtherInterfaces prepares a namespace that has interfaces
// already, as those of kernels with tunnels built in.
func TestPrepareBesideOtherInterfaces(t *testing.T) {
	if os.Getenv("HOSTPROOF_TEST_CHILD") == "" {
		child := exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--net", os.Args[0], "-test.run=^TestPrepareBesideOtherInterfaces$")
		child.Env = append(os.Environ(), "HOSTPROOF_TEST_CHILD=1")
		if exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--net", "true").Run() != nil {
			need.Missing(t, "unshare", errors.New("there is no unshare, or namespaces are not allowed here"))
		}
		if out, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
		return
	}
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "tunl0"
	if err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "tunl1"}); err != nil {
		t.Fatal(err)
	}
	_, err := os.Stat("/proc/net/if_inet6")
	n, err := Prepare(err == nil)
	if err != nil {
		t.Fatal(err)
	}
	fd, err := n.Open(Socket{Where: Outside, Network: "tcp", Addr: netip.MustParseAddrPort("169.254.169.254:80")})
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	c, err := net.DialTimeout("tcp", "169.254.169.254:80", 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}
