package deploy

import (
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/goclock"
	"github.com/hostproof/hostproof/harness/ledger"
)

// lead leads a program to the clock, and reports whether libfaketime does it.
func (c *subjectClock) lead(program string, env *ledger.Environment) (preloaded bool, err error) {
	set := func(name, value string) { env.Set(ledger.Variable{Name: name, Value: value, SetBy: ledger.ByWiring}) }
	if isGo(program) {
		if !goclock.Built(program) {
			return false,
				&SettingError{fmt.Sprintf("%s is written in Go, which reads the clock without the C library: "+
					"build it with the overlay of harness/goclock to give it a clock of its own", program)}
		}
		set(goclock.Variable, c.path)
		return false, nil
	}
	if isStatic(program) {
		return false, &SettingError{fmt.Sprintf("%s is linked statically, and libfaketime cannot be loaded into it: "+
			"link it dynamically to give it a clock of its own", program)}
	}
	library, err := faketimeLibrary()
	if err != nil {
		return false, &SettingError{err.Error()}
	}
	if other, ok := env.Lookup("LD_PRELOAD"); ok && other != "" {
		library += ":" + other
	}
	set("LD_PRELOAD", library)
	set("FAKETIME_TIMESTAMP_FILE", c.path)
	set("FAKETIME_NO_CACHE", "1")
	if _, ok := env.Lookup(fakeMonotonic); !ok {
		set(fakeMonotonic, "1")
	}
	set("NO_FAKE_STAT", "1")
	return true, nil
}

// SubjectClockAvailable says what keeps SubjectClock from working here; nil is
// nothing. Programs of Go with harness/goclock do not need it.
func SubjectClockAvailable() error {
	_, err := faketimeLibrary()
	return err
}

// FaketimeVariable names the environment variable with the path of libfaketime,
// where it is not in one of the usual places.
const FaketimeVariable = "HOSTPROOF_FAKETIME"

// faketimeLibrary is where libfaketime lies. The one for programs with threads
// works for those without.
func faketimeLibrary() (string, error) {
	if path := os.Getenv(FaketimeVariable); path != "" {
		_, err := os.Stat(path)
		return path, err
	}
	if path := faketimeBelow("/"); path != "" {
		return path, nil
	}
	return "", fmt.Errorf("there is no libfaketime, which gives a program a clock of its own: install it (apt-get "+
		"install faketime), or set %s to libfaketimeMT.so.1", FaketimeVariable)
}

// faketimeBelow looks where distributions and its own Makefile put it; "" for nothing there.
func faketimeBelow(root string) string {
	for _, folder := range []string{"usr/lib/*/faketime", "usr/lib/faketime", "usr/lib64/faketime",
		"usr/local/lib/faketime"} {
		if found, _ := filepath.Glob(filepath.Join(root, folder, "libfaketimeMT.so.1")); len(found) > 0 {
			return found[0]
		}
	}
	return ""
}

// subjectClock is the clock of a deployment's subjects; nil is this machine's.
type subjectClock struct {
	ahead time.Duration // of AWS
	path  string        // of the file that says how far it is ahead of this machine's
}

// set writes how far AWS's clock is ahead of this machine's.
func (c *subjectClock) set(offset time.Duration) error {
	if c == nil {
		return nil
	}
	// Whole, whenever somebody reads it.
	next := c.path + ".next"
	if err := os.WriteFile(next, fmt.Appendf(nil, "%+.3f\n", (offset+c.ahead).Seconds()), 0o644); err != nil {
		return err
	}
	return os.Rename(next, c.path)
}

// fakeMonotonic is libfaketime's setting that leaves timers alone.
const fakeMonotonic = "FAKETIME_DONT_FAKE_MONOTONIC"

// isGo reports whether a program was built by Go.
func isGo(path string) bool {
	_, err := buildinfo.ReadFile(path)
	return err == nil
}

// isStatic reports whether a program, or that which runs it where it is a
// script, asks for no dynamic loader.
func isStatic(path string) bool {
	f, err := elf.Open(path)
	if err != nil {
		interpreter, ok := interpreterOf(path)
		return ok && interpreter != path && isStatic(interpreter)
	}
	defer f.Close()
	return !slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
}

// interpreterOf is what runs a script.
func interpreterOf(path string) (string, bool) {
	f, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer f.Close()
	var head [256]byte
	n, _ := f.Read(head[:])
	line, _, _ := strings.Cut(string(head[:n]), "\n")
	words := strings.Fields(strings.TrimPrefix(line, "#!"))
	if !strings.HasPrefix(line, "#!") || len(words) == 0 {
		return "", false
	}
	if filepath.Base(words[0]) == "env" && len(words) > 1 {
		found, err := exec.LookPath(words[1])
		return found, err == nil
	}
	return words[0], true
}
