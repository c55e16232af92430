package nsinit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/docker/go-units"
	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// guard holds a subject within its bounds. The kernel holds what it can: processes of a user, the
// length of a file, the size of a file system. For the rest the guard looks at all processes again and
// again, and ends the sandbox when there is too much: limits of the kernel for memory (setrlimit(2))
// are for one process, and count what is reserved and never used.
type guard struct {
	bounds Bounds
	layer  int  // descriptor of the file system for what is written and thrown away; -1 for none
	sees   bool // all processes of the sandbox and no other, by /proc
	tell   func(met seen.Met)

	looks    int
	nameless int64 // bytes, when they were last counted
	mu       sync.Mutex
	told     []seen.Met
}

// ownTasks is more than the threads that this process has.
const ownTasks = 32

// lookEvery is how long the guard waits at least between two looks.
const lookEvery = 50 * time.Millisecond

// limit sets the kernel's limits for the subject that the current process is about to start, and
// returns what undoes that for this process and makes it final for the subject: this process could
// not raise a final limit again, and would itself be held by it.
func (g *guard) limit() (settle func(pid int), err error) {
	processes := g.bounds.Processes
	if processes > 0 {
		processes += ownTasks / 2
	}
	var undo []func(pid int)
	for _, l := range []struct {
		resource int
		value    int64
		holds    bool
	}{
		{unix.RLIMIT_NPROC, int64(processes), perNamespace()},
		{unix.RLIMIT_FSIZE, g.bounds.Disk, true},
	} {
		var old unix.Rlimit
		if err := unix.Getrlimit(l.resource, &old); err != nil {
			return nil, err
		}
		if l.value <= 0 || !l.holds || old.Cur <= uint64(l.value) {
			continue
		}
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: uint64(l.value), Max: old.Max}); err != nil {
			return nil, err
		}
		undo = append(undo, func(pid int) {
			_ = unix.Setrlimit(l.resource, &old) // it may be what it was
			final := unix.Rlimit{Cur: uint64(l.value), Max: uint64(l.value)}
			_ = unix.Prlimit(pid, l.resource, &final, nil) // it has ended already
		})
	}
	return func(pid int) {
		for _, f := range undo {
			f(pid)
		}
	}, nil
}

// perNamespace says whether this kernel counts the processes of a user for each user namespace, and
// not for the whole machine: since 5.14
// (https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=21d1c5e386bc).
func perNamespace() bool {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return false
	}
	var major, minor int
	if _, err := fmt.Sscanf(unix.ByteSliceToString(u.Release[:]), "%d.%d", &major, &minor); err != nil {
		return false
	}
	return major > 5 || major == 5 && minor >= 14
}

// note tells that a bound was met, once.
func (g *guard) note(bound seen.Bound, ended bool, text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	met := seen.Met{Bound: bound, Ended: ended, Text: text}
	if !slices.Contains(g.told, met) {
		g.told = append(g.told, met)
		g.tell(met)
	}
}

// watch looks until there is too much, and then calls end.
func (g *guard) watch(end func()) {
	if !g.sees {
		return
	}
	debug.SetGCPercent(100) // off until now (launch): each look leaves garbage, for as long as the subject runs
	wait := lookEvery
	for {
		time.Sleep(wait)
		began := time.Now()
		if g.look() {
			end()
			return
		}
		// A look at thousands of processes takes long: no more than a fifth of the time.
		wait = max(lookEvery, 4*time.Since(began))
	}
}

// look says whether there is more than is allowed, and tells what bound was met.
func (g *guard) look() bool {
	used, processes := usage{layer: g.layerBytes()}, others()
	for _, p := range processes {
		used.add(p)
	}
	// What files without a name take is asked for less often: it takes longer.
	if g.looks++; g.looks%4 == 0 {
		g.nameless = nameless(processes) + segments()
	}
	used.layer += g.nameless
	return g.tooMany(used.tasks) || g.tooMuch(processes, used)
}

// lastLook tells what was met since the last look. The subject has ended, and not what it started.
func (g *guard) lastLook() {
	g.layerBytes()
	if !g.sees {
		return
	}
	var used usage
	for _, p := range others() {
		used.add(p)
	}
	g.tooMany(used.tasks)
}

// others are the directories in /proc of all processes but this one.
func others() []string {
	all, _ := filepath.Glob("/proc/[0-9]*") // the pattern is a good one
	return slices.DeleteFunc(all, func(p string) bool { return p == "/proc/1" })
}

// tooMany says whether there are more processes and threads than are allowed. Where the kernel
// holds them, there may be some more: its count is for this process, too.
func (g *guard) tooMany(tasks int) bool {
	n := g.bounds.Processes
	if n == 0 || tasks < n {
		return false
	}
	g.note(seen.Processes, false, fmt.Sprintf("it had as many processes and threads as it may, %d", n))
	if tasks <= n+ownTasks {
		return false
	}
	g.note(seen.Processes, true, fmt.Sprintf("it was ended: it had more than %d processes and threads", n))
	return true
}

// tooMuch says whether more memory is used than is allowed.
func (g *guard) tooMuch(processes []string, used usage) bool {
	m := g.bounds.Memory
	if m == 0 || used.bytes() <= m || exactly(processes, used) <= m {
		return false
	}
	g.note(seen.Memory, true, "it was ended: it used more memory than it may, "+units.BytesSize(float64(m)))
	return true
}

// layerBytes is what was written to the layer, and notes that it is full.
func (g *guard) layerBytes() int64 {
	var s unix.Statfs_t
	if g.layer < 0 || unix.Fstatfs(g.layer, &s) != nil {
		return 0
	}
	if g.bounds.Disk > 0 && s.Bfree == 0 {
		g.note(seen.Disk, false, "what it wrote in /tmp, /var/tmp and /dev/shm filled all that it may have there, "+
			units.BytesSize(float64(g.bounds.Disk)))
	}
	return int64(s.Blocks-s.Bfree) * s.Bsize
}

// usage is what processes use.
type usage struct {
	tasks     int
	anonymous int64 // bytes of memory without a file
	shared    int64 // bytes of mapped memory with a file in memory
	layer     int64 // bytes of files in memory, mapped or not
}

// bytes is all of it. Files of the layer may be mapped, too.
func (u *usage) bytes() int64 { return u.anonymous + max(u.shared, u.layer) }

// add adds a process, by its directory in /proc. One that has ended uses nothing.
func (u *usage) add(process string) {
	values := numbers(process + "/status") // proc_pid_status(5)
	u.tasks += int(values["Threads"])
	u.anonymous += values["RssAnon"] << 10
	u.shared += values["RssShmem"] << 10
}

// exactly is usage.bytes with the memory that processes share counted once, as far as the kernel
// tells (proc_pid_smaps(5)).
func exactly(processes []string, rough usage) int64 {
	exact := usage{layer: rough.layer}
	for _, p := range processes {
		values := numbers(p + "/smaps_rollup")
		if _, told := values["Pss_Anon"]; !told {
			exact.add(p)
			continue
		}
		exact.anonymous += values["Pss_Anon"] << 10
		exact.shared += values["Pss_Shmem"] << 10
	}
	return exact.bytes()
}

// nameless is how many bytes files without a name take that processes have open (memfd_create(2)).
func nameless(processes []string) (total int64) {
	seen := map[uint64]bool{}
	for _, p := range processes {
		open, _ := filepath.Glob(p + "/fd/*")
		for _, fd := range open {
			to, err := os.Readlink(fd)
			if err != nil || !strings.HasPrefix(to, "/memfd:") {
				continue
			}
			var st unix.Stat_t
			if unix.Stat(fd, &st) != nil || seen[st.Ino] {
				continue
			}
			seen[st.Ino] = true
			total += st.Blocks * 512
		}
	}
	return total
}

// segments is how many bytes the System V shared memory of this namespace takes
// (proc_sysvipc_shm(5)).
func segments() (total int64) {
	data, _ := os.ReadFile("/proc/sysvipc/shm")
	column := -1
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if column < 0 {
			column = slices.Index(fields, "rss")
			continue
		}
		if n, err := strconv.ParseInt(fields[column], 10, 64); err == nil {
			total += n
		}
	}
	return total
}

// numbers are the lines of a file of /proc of the form "Name: 123 kB".
func numbers(file string) map[string]int64 {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	values := map[string]int64{}
	for line := range bytes.Lines(data) {
		name, rest, _ := bytes.Cut(line, []byte(":"))
		if fields := bytes.Fields(rest); len(fields) > 0 {
			if n, err := strconv.ParseInt(string(fields[0]), 10, 64); err == nil {
				values[string(name)] = n
			}
		}
	}
	return values
}

// openLayer is a descriptor by which the guard sees how full a directory's file system is.
func openLayer(dir string) (int, error) {
	return unix.Open(dir, unix.O_PATH|unix.O_CLOEXEC|unix.O_DIRECTORY, 0)
}
