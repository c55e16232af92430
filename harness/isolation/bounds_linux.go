package isolation

import (
	"fmt"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// defaultMemory is half of the machine's.
func defaultMemory() Size {
	var s unix.Sysinfo_t
	if err := unix.Sysinfo(&s); err != nil {
		return 1 << 30
	}
	return max(leastMemory, Size(s.Totalram)*Size(s.Unit)/2)
}

// bounds are the Config's for the init.
func (c *Config) bounds() nsinit.Bounds {
	b := c.Bounds.orDefaults()
	return nsinit.Bounds{Processes: b.Processes, Memory: int64(b.Memory), Disk: int64(b.Disk)}
}

// met is what came of bounds that the subject met, by what its init tells and by its signal; and
// what this sandbox did not hold, of which Lacks does not know because others do.
func (p *Process) met() []seen.Met {
	told := slices.Clone(p.init.control.met)
	if p.exit.Signal == syscall.SIGXFSZ {
		told = append(told, seen.Met{Bound: seen.Disk, Ended: true, Text: fmt.Sprintf(
			"it was ended: a file that it wrote became longer than it may, %s", p.config.Bounds.orDefaults().Disk)})
	}
	for _, lack := range p.init.lacks {
		if !slices.Contains(Lacks(), lack) {
			told = append(told, seen.Met{Bound: seen.Wall, Text: "the sandbox did not hold all: " + lack})
		}
	}
	return append(told, p.world.shortage.met()...)
}
