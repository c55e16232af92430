package keeper

import (
	"os"

	"github.com/hostproof/hostproof/harness/internal/ports"
)

// children are the processes whose parent is this one, by /proc. The kernel's own list of
// them is an option that not every kernel has.
func children() (out []int) {
	self := os.Getpid()
	for _, p := range ports.Processes() {
		if p.Parent == self {
			out = append(out, p.PID)
		}
	}
	return out
}
