package keeper

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// children are the processes whose parent is this one, by /proc. The kernel's own list of
// them is an option that not every kernel has.
func children() (out []int) {
	self := strconv.Itoa(os.Getpid())
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is right
	for _, stat := range stats {
		data, err := os.ReadFile(stat)
		if err != nil {
			continue // it is gone
		}
		// The second column, the program's name in parentheses, may hold anything.
		text := string(data)
		columns := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
		if len(columns) < 2 || columns[1] != self {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil {
			out = append(out, pid)
		}
	}
	return out
}
