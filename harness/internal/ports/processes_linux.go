package ports

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Process is one of this machine that ran when it was looked at, as the kernel shows it in /proc
// (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html).
type Process struct {
	PID    int
	Parent int
	Group  int // the process group's id
}

// Processes are those of this machine. One that ends meanwhile is left out.
func Processes() (out []Process) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is right
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it is gone
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		if err != nil {
			continue
		}
		if p, ok := parseProcess(pid, string(text)); ok {
			out = append(out, p)
		}
	}
	return out
}

// parseProcess reads the line of a process. Its second column, the program's name in parentheses,
// may hold anything; state, parent and group follow.
func parseProcess(pid int, stat string) (Process, bool) {
	columns := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(columns) < 3 {
		return Process{}, false
	}
	parent, wrong := strconv.Atoi(columns[1])
	group, err := strconv.Atoi(columns[2])
	return Process{PID: pid, Parent: parent, Group: group}, wrong == nil && err == nil
}
