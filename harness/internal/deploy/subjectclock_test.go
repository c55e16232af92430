package deploy

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
)

// executable writes a program into a directory.
func executable(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil { //nolint:gosec // it is a program
		t.Fatal(err)
	}
	return path
}

// program is an ELF file without code: with a loader as dynamically linked programs have
// (PT_INTERP), or without one.
// https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html
func program(t *testing.T, kind elf.ProgType) string {
	t.Helper()
	var out strings.Builder
	header := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: 1, Phoff: 64, Ehsize: 64,
		Phentsize: 56, Phnum: 1, Shentsize: 64}
	copy(header.Ident[:], "\x7fELF\x02\x01\x01")
	if err := binary.Write(&out, binary.LittleEndian, header); err != nil {
		t.Fatal(err)
	}
	if err := binary.Write(&out, binary.LittleEndian, elf.Prog64{Type: uint32(kind)}); err != nil {
		t.Fatal(err)
	}
	return executable(t, "program", out.String())
}

// TestWhatRunsAScript reads first lines as Linux does, and env's program from PATH.
// https://man7.org/linux/man-pages/man2/execve.2.html
func TestWhatRunsAScript(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	for first, want := range map[string]string{
		"#!/opt/x/python3": "/opt/x/python3", "#! /opt/x/python3 -u": "/opt/x/python3", "#!/usr/bin/env sh": sh,
		"#!/usr/bin/env -S sh": "", "#!/usr/bin/env no-such-program": "", "#!/usr/bin/env": "/usr/bin/env",
		"#!": "", "": "", "echo": "",
	} {
		path, ok := interpreterOf(executable(t, "script", first+"\necho one two\n"))
		if ok != (want != "") || ok && path != want {
			t.Errorf("%q is run by %q, %t, want %q", first, path, ok, want)
		}
	}
	if path, ok := interpreterOf(filepath.Join(t.TempDir(), "none")); ok || path != "" {
		t.Errorf("a file that is not there is run by %q", path)
	}
}

// TestStaticPrograms: a program without a loader cannot have a library put before it, nor
// can a script that such a program runs.
func TestStaticPrograms(t *testing.T) {
	static, dynamic := program(t, elf.PT_LOAD), program(t, elf.PT_INTERP)
	for path, want := range map[string]bool{
		static: true, dynamic: false,
		executable(t, "a", "#!"+static+"\n"): true, executable(t, "b", "#!"+dynamic+"\n"): false,
		executable(t, "c", "text"): false, filepath.Join(t.TempDir(), "none"): false,
	} {
		if isStatic(path) != want {
			t.Errorf("%s is static: not %t", path, want)
		}
	}
}

// TestWhereFaketimeLies: Debian and Ubuntu have it in the folder of the architecture
// (dpkg -L libfaketime), others in lib or lib64,
// and its Makefile installs it below /usr/local
// (https://github.com/wolfcw/libfaketime/blob/master/src/Makefile).
func TestWhereFaketimeLies(t *testing.T) {
	for _, folder := range []string{"usr/lib/x86_64-linux-gnu/faketime", "usr/lib/aarch64-linux-gnu/faketime",
		"usr/lib/faketime", "usr/lib64/faketime", "usr/local/lib/faketime"} {
		root := t.TempDir()
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
		if got := faketimeBelow(root); got != "" {
			t.Errorf("%s: nothing is there, and %s is found", folder, got)
		}
		library := filepath.Join(root, folder, "libfaketimeMT.so.1")
		if err := os.WriteFile(library, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := faketimeBelow(root); got != library {
			t.Errorf("%s: found %q", folder, got)
		}
	}
}

// TestLeadingToTheClock sets libfaketime's variables, by the names of its README.
// https://github.com/wolfcw/libfaketime/blob/master/README
func TestLeadingToTheClock(t *testing.T) {
	library := executable(t, "libfaketimeMT.so.1", "")
	t.Setenv(FaketimeVariable, library)
	dir := t.TempDir()
	c := &subjectClock{ahead: 90 * time.Second, path: filepath.Join(dir, "clock")}
	if err := c.set(-30 * time.Second); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(c.path); err != nil || string(text) != "+60.000\n" {
		t.Errorf("%q, %v", text, err)
	}
	if err := (*subjectClock)(nil).set(time.Hour); err != nil {
		t.Error(err)
	}
	env := new(ledger.Environment)
	env.Set(ledger.Variable{Name: "LD_PRELOAD", Value: "/lib/other.so", SetBy: ledger.ByUser})
	preloaded, err := c.lead(program(t, elf.PT_INTERP), env)
	if err != nil || !preloaded {
		t.Fatal(preloaded, err)
	}
	for name, want := range map[string]string{
		"LD_PRELOAD": library + ":/lib/other.so", "FAKETIME_TIMESTAMP_FILE": c.path, "FAKETIME_NO_CACHE": "1",
		"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
	} {
		if got, _ := env.Lookup(name); got != want || env.SetBy(name) != ledger.ByWiring {
			t.Errorf("%s=%s of %s, want %s", name, got, env.SetBy(name), want)
		}
	}
	env.Set(ledger.Variable{Name: "FAKETIME_DONT_FAKE_MONOTONIC", Value: "0", SetBy: ledger.ByUser})
	if _, err := c.lead(program(t, elf.PT_INTERP), env); err != nil {
		t.Fatal(err)
	}
	if got, _ := env.Lookup("FAKETIME_DONT_FAKE_MONOTONIC"); got != "0" {
		t.Errorf("what the user sets is %q", got)
	}
	if _, err := c.lead(program(t, elf.PT_LOAD), env); err == nil || !strings.Contains(err.Error(), "statically") {
		t.Error(err)
	}
}

// TestSharedMemoryOfAProcess: libfaketime's shared memory and its semaphore have the
// process's number at their end.
// https://github.com/wolfcw/libfaketime/blob/master/src/faketime.c
func TestSharedMemoryOfAProcess(t *testing.T) {
	for path, want := range map[string]string{
		"/dev/shm/faketime_shm_123": "123", "/dev/shm/sem.faketime_sem_45": "45", "/dev/shm/my_faketime_shm_1": "",
		"/dev/shm/faketime_shm_123x": "", "/dev/shm/faketime_smm_1": "", "/dev/shm/faketime_shm_": "",
	} {
		got := ""
		if m := ofProcess.FindStringSubmatch(path); m != nil {
			got = m[1]
		}
		if got != want {
			t.Errorf("%s is of %q, want %q", path, got, want)
		}
	}
}
