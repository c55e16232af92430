package deploy

import (
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/goclock"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
)

// SetSubjectClock sets how far subjects' clock is ahead of AWS's, also while they
// run. The deployment must have been given a SubjectClock.
func (d *Deployment) SetSubjectClock(ahead time.Duration) error {
	if d.subjectClock == nil {
		return &SettingError{"subjects of this deployment live in this machine's time: " +
			"give it a clock for them (harness.SubjectClock)"}
	}
	d.subjectClock.ahead = ahead
	return d.subjectClock.set(d.clock.Offset())
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
	for _, pattern := range []string{"/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime",
		"/usr/local/lib/faketime"} {
		found, _ := filepath.Glob(pattern + "/libfaketimeMT.so.1")
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return "", fmt.Errorf("there is no libfaketime, which gives a program a clock of its own: install it (apt-get "+
		"install faketime), or set %s to libfaketimeMT.so.1", FaketimeVariable)
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

// wire leads a subject to its clock.
func (c *subjectClock) wire(s Subject, env *ledger.Environment, l *layout) error {
	if c == nil {
		return nil
	}
	command, ok := s.(*CommandSubject)
	if !ok {
		return &SettingError{fmt.Sprintf(
			"%s cannot have a clock of its own (harness.SubjectClock): only a program of this machine can", s.Name())}
	}
	program, err := exec.LookPath(command.Argv[0])
	if err != nil {
		return nil // which is said when it is started
	}
	set := func(name, value string) { env.Set(ledger.Variable{Name: name, Value: value, SetBy: ledger.ByWiring}) }
	if isGo(program) {
		if !goclock.Built(program) {
			return &SettingError{fmt.Sprintf("%s is written in Go, which reads the clock without the C library: "+
				"build it with the overlay of harness/goclock to give it a clock of its own", program)}
		}
		set(goclock.Variable, c.path)
		return nil
	}
	if isStatic(program) {
		return &SettingError{fmt.Sprintf("%s is linked statically, and libfaketime cannot be loaded into it: link it "+
			"dynamically to give it a clock of its own", program)}
	}
	library, err := faketimeLibrary()
	if err != nil {
		return &SettingError{err.Error()}
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
	return l.ownSharedMemory()
}

// fakeMonotonic is libfaketime's setting that leaves timers alone.
const fakeMonotonic = "FAKETIME_DONT_FAKE_MONOTONIC"

// ownSharedMemory keeps apart what libfaketime puts there by process number:
// numbers of a sandbox are small, and what a killed program leaves would stop
// the next one.
func (l *layout) ownSharedMemory() error {
	const place = "/dev/shm"
	if l.backend.PlaceFile(place, l.temporary).Shown {
		dir, err := os.MkdirTemp(l.temporary, "shm-")
		if err != nil {
			return err
		}
		if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil {
			return err
		}
		l.files = append(l.files, isolation.File{Path: place, From: dir})
		return nil
	}
	sweepSharedMemory()
	return nil
}

// sweepSharedMemory removes what programs left there that are no more.
func sweepSharedMemory() {
	names, _ := filepath.Glob("/dev/shm/*faketime_s*_*")
	for _, name := range names {
		if m := ofProcess.FindStringSubmatch(name); m != nil {
			if _, err := os.Stat("/proc/" + m[1]); os.IsNotExist(err) {
				_ = os.Remove(name) // somebody else's stays
			}
		}
	}
}

var ofProcess = regexp.MustCompile(`/(?:sem\.)?faketime_s(?:hm|em)_(\d+)$`)

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

// newSubjectClock makes the clock that the settings ask for.
func (d *Deployment) newSubjectClock() error {
	ahead := d.settings.SubjectClock
	if ahead == nil {
		d.subjectClock = nil
		return nil
	}
	d.subjectClock = &subjectClock{ahead: *ahead, path: filepath.Join(d.temporary, "clock")}
	return d.subjectClock.set(d.clock.Offset())
}
