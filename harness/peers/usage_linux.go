package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ownGroup makes the peer the head of a group of processes, and has it end with
// this one, however that ends.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func endGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // no process left is fine
}

// CPU is the processor time that the peer has used so far, in user and kernel,
// of all its processes, to the nanosecond: their CPU-time clocks
// (clock_getcpuclockid(3)) are finer than /proc's ticks of 10 ms.
func (s *Server) CPU() (time.Duration, error) {
	var sum time.Duration
	pids, err := s.processes()
	for _, pid := range pids {
		var t unix.Timespec
		if unix.ClockGettime(int32(^pid<<3|2), &t) == nil { // one that ended meanwhile has no clock
			sum += time.Duration(t.Nano())
		}
	}
	return sum, err
}

// Self is the processor time that this process has used so far.
func Self() (time.Duration, error) {
	var t unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t)
	return time.Duration(t.Nano()), err
}

// Memory is how much of the machine's memory the peer holds, and held at most,
// in bytes.
func (s *Server) Memory() (resident, peak int64, err error) {
	pids, err := s.processes()
	for _, pid := range pids {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // one that ended holds none
		resident += field(status, "VmRSS:") << 10
		peak += field(status, "VmHWM:") << 10
	}
	return resident, peak, err
}

// field is a number of /proc/PID/status (proc_pid_status(5)).
func field(status []byte, name string) int64 {
	_, rest, _ := strings.Cut(string(status), name)
	words := strings.Fields(rest)
	if len(words) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(words[0], 10, 64)
	return n
}

// processes lists the peer's group.
func (s *Server) processes() ([]int, error) {
	select {
	case <-s.exited:
		return nil, fmt.Errorf("%s has ended%s", s.Peer, s.said())
	default:
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	var out []int
	for _, path := range stats {
		text, _ := os.ReadFile(path)
		// pid (name) state parent group: the name may hold anything.
		rest := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if len(rest) > 2 && rest[2] == strconv.Itoa(s.cmd.Process.Pid) {
			out = append(out, pid)
		}
	}
	return out, err
}
