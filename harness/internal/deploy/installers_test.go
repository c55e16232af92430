package deploy

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures/installer"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// TestInstallersBehindTheWall: what a package's script may and may not do while it is installed.
func TestInstallersBehindTheWall(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	sh := need.Program(t, "sh", "install a POSIX shell")
	python := need.Program(t, "python3", "install it")
	own, err := os.MkdirTemp("/var/tmp", "installer-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(own) })
	t.Setenv("HOME", own)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(own, ".cache"))
	t.Setenv("A_TOKEN", "SECRET")
	dir := filepath.Join(own, ".cache", "hostproof", "subjects", "it")
	for _, d := range []string{dir, filepath.Join(own, ".ssh"), filepath.Join(own, "other")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(own, ".ssh", "id"), []byte("SECRET"), 0o600); err != nil {
		t.Fatal(err)
	}
	service, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer service.Close()
	script := fmt.Sprintf(`exec > report
		env | grep -q SECRET && echo broke environment
		grep -q SECRET %[1]s/.ssh/id && echo broke ssh
		echo x > %[1]s/other/file; echo x > %[1]s/.bashrc
		echo x > /etc/attacked && echo broke etc
		ls /etc/shadow > /dev/null && test -s /etc/shadow && echo broke shadow
		grep -qa deploy.test /proc/%[2]d/cmdline && echo broke processes
		echo > /dev/tty && echo broke terminal
		echo x > installed; echo x > "$GOCACHE/x"; echo x > "$HOME/x"; echo x > "$TMPDIR/x"
		%[3]s -c 'import socket; socket.create_connection(("127.0.0.1", %[4]d), 5)' && touch connected
		exit 7`, own, os.Getpid(), python, service.Addr().(*net.TCPAddr).Port)
	err = installer.Run(t.Context(), dir, []string{"PYTHONDONTWRITEBYTECODE=1"}, sh, "-c", script)
	if err == nil || !strings.Contains(err.Error(), "exit status 7") {
		t.Error(err)
	}
	if report, err := os.ReadFile(filepath.Join(dir, "report")); err != nil || len(report) > 0 {
		t.Errorf("%v %s", err, report)
	}
	for _, never := range []string{"other/file", ".bashrc"} { // what is written there goes with its layer
		if _, err := os.Stat(filepath.Join(own, never)); err == nil {
			t.Errorf("%s is there", never)
		}
	}
	for _, want := range []string{filepath.Join(dir, "installed"), filepath.Join(dir, "connected"),
		filepath.Join(own, ".cache", "hostproof", "go-build", "x")} {
		if _, err := os.Stat(want); err != nil {
			t.Error(err)
		}
	}
}
