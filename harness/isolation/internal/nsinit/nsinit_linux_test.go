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
	"slices"
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

// inNamespace runs a test again in a network namespace of its own, after the
// commands of a script. The test goes on where it returns true.
func inNamespace(t *testing.T, script string) bool {
	t.Helper()
	if os.Getenv("HOSTPROOF_TEST_CHILD") != "" {
		return true
	}
	unshare := []string{"--map-root-user", "--mount", "--net"}
	if err := exec.CommandContext(t.Context(), "unshare", append(unshare, "true")...).Run(); err != nil {
		need.Missing(t, "unshare", errors.New("there is no unshare, or namespaces are not allowed here"))
	}
	command := append(unshare, "sh", "-c", script+` && exec "$0" -test.v -test.run="^$1$"`, os.Args[0], t.Name())
	child := exec.CommandContext(t.Context(), "unshare", command...)
	child.Env = append(os.Environ(), "HOSTPROOF_TEST_CHILD=1")
	if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v: %s", err, out)
	}
	return false
}

func hasIPv6() bool {
	_, err := os.Stat("/proc/net/if_inet6")
	return err == nil
}

// Each setting is made in its namespace, whatever the machine's values are.
func TestSettings(t *testing.T) {
	if !inNamespace(t, "true") {
		return
	}
	n, err := Prepare(hasIPv6())
	if err != nil {
		t.Fatal(err)
	}
	inside, outside := slices.Concat(everywhere, insideOnly), slices.Concat(everywhere, outsideOnly)
	if hasIPv6() {
		inside, outside = slices.Concat(inside, everywhere6, insideOnly6), slices.Concat(outside, everywhere6)
	}
	check(t, inside)
	n.Outside(func() { check(t, outside) })
	if got := value(t, setting{path: "ipv4/ping_group_range"}); got == "1 0" {
		t.Errorf("nobody may ping: %s", got)
	}
}

func check(t *testing.T, settings []setting) {
	t.Helper()
	for _, s := range settings {
		if got := value(t, s); got != strings.TrimSpace(s.value) {
			t.Errorf("%s is %q, want %q", s.path, got, s.value)
		}
	}
}

// value is what a setting is in the thread's namespace.
func value(t *testing.T, s setting) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("/proc/sys/net", s.path))
	if err != nil {
		t.Error(err) // no kernel since 5.10 lacks one
	}
	return strings.Join(strings.Fields(string(data)), " ")
}

// TestSettingsThatCannotBeMade: /proc/sys is read-only in a container, and what is
// refused with it is refused without.
func TestSettingsThatCannotBeMade(t *testing.T) {
	need.Program(t, "mount", "install it")
	if !inNamespace(t, "mount --rbind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys") {
		return
	}
	if err := (setting{"ipv4/ip_nonlocal_bind", "1"}).set(); err == nil {
		t.Fatal("/proc/sys can be written")
	}
	if _, err := Prepare(hasIPv6()); err != nil {
		t.Fatal(err)
	}
	watch, err := net.ListenPacket("ip4:icmp", "0.0.0.0")
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close()
	if _, err := watch.WriteTo([]byte{8, 0, 0xf7, 0xfd, 0, 1, 0, 1},
		&net.IPAddr{IP: net.IPv4(8, 8, 8, 8)}); err != nil {
		t.Fatal(err)
	}
	watch.SetReadDeadline(time.Now().Add(time.Minute))
	answer := make([]byte, 64)
	if _, _, err := watch.ReadFrom(answer); err != nil || answer[0] != icmpUnreachable {
		t.Errorf("the ping is answered with % x, %v", answer[:8], err)
	}
}

// TestPrepareBesideOtherInterfaces prepares a namespace that has interfaces
// already, as those of kernels with tunnels built in.
func TestPrepareBesideOtherInterfaces(t *testing.T) {
	if !inNamespace(t, "true") {
		return
	}
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "tunl0"
	if err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "tunl1"}); err != nil {
		t.Fatal(err)
	}
	n, err := Prepare(hasIPv6())
	if err != nil {
		t.Fatal(err)
	}
	fd, err := n.Open(Socket{Where: Outside, Network: "tcp", Addr: netip.MustParseAddrPort("169.254.169.254:80")})
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	c, err := net.DialTimeout("tcp", "169.254.169.254:80", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}
