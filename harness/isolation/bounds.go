package isolation

import (
	"fmt"

	"github.com/docker/go-units"
)

// Bounds are how much a subject may use. What is zero has the default.
type Bounds struct {
	// Processes is how many processes and threads it may have at a time.
	Processes int
	// Memory is for all its processes together: what has no file, and files in memory.
	Memory Size
	// Disk is for what it writes in /tmp, /var/tmp and /dev/shm together, and for the length
	// of any single file that it writes elsewhere.
	Disk Size
}

// The defaults of bounds; that of memory is half of what the machine has.
const (
	DefaultProcesses      = 4096
	DefaultDisk      Size = 8 << 30
	// leastMemory is the least that a bound may be.
	leastMemory Size = 16 << 20
)

// orDefaults are the bounds with the defaults for what is zero.
func (b Bounds) orDefaults() Bounds {
	if b.Processes == 0 {
		b.Processes = DefaultProcesses
	}
	if b.Memory == 0 {
		b.Memory = defaultMemory()
	}
	if b.Disk == 0 {
		b.Disk = DefaultDisk
	}
	return b
}

// Problem is what is wrong with a bound; nil for nothing.
func (b Bounds) Problem() error {
	switch {
	case b.Processes < 0:
		return fmt.Errorf("%d is no number of processes", b.Processes)
	case b.Memory != 0 && b.Memory < leastMemory:
		return fmt.Errorf("%s is less than a program needs to start: give at least %s", b.Memory, leastMemory)
	case b.Disk != 0 && b.Disk < 1<<20:
		return fmt.Errorf("%s is too little for the files of the sandbox itself: give at least 1MiB", b.Disk)
	}
	return nil
}

// Size is a number of bytes, written as "512MiB", "2g" or "1048576"; units are powers of 1024.
type Size int64

// String writes it in the largest unit that has four digits at most.
func (s Size) String() string { return units.BytesSize(float64(s)) }

// MarshalText is String where that is exact, else the number.
func (s Size) MarshalText() ([]byte, error) {
	if n, err := units.RAMInBytes(s.String()); err == nil && n == int64(s) {
		return []byte(s.String()), nil
	}
	return fmt.Append(nil, int64(s)), nil
}

// UnmarshalText reads a size of at least one byte.
func (s *Size) UnmarshalText(text []byte) error {
	n, err := units.RAMInBytes(string(text))
	if err != nil || n <= 0 {
		return fmt.Errorf("%q is no size: write one such as 512MiB", text)
	}
	*s = Size(n)
	return nil
}
