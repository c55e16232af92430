package ports

import (
	"os"
	"slices"
	"syscall"
	"testing"
)

// TestProcesses: this process is among them, with the ids that the kernel says by its calls.
func TestProcesses(t *testing.T) {
	want := Process{PID: os.Getpid(), Parent: os.Getppid(), Group: syscall.Getpgrp()}
	if all := Processes(); !slices.Contains(all, want) {
		t.Errorf("%+v is not among %d", want, len(all))
	}
}

// TestNamesOfProcesses: the name of a program may look like the columns after it.
func TestNamesOfProcesses(t *testing.T) {
	for stat, want := range map[string]Process{
		"7 (sh) S 1 7 7 0 -1":         {7, 1, 7},
		"7 (a) R 2 3 (b) S 1 9 7 0 1": {7, 1, 9},
		"7 () ) S 4 5 6":              {7, 4, 5},
	} {
		if got, ok := parseProcess(7, stat); !ok || got != want {
			t.Errorf("%s: %+v, %v", stat, got, ok)
		}
	}
	for _, stat := range []string{"", "7", "7 (sh)", "7 (sh) S 1", "7 (sh) S x 1", "7 (sh) S 1 x"} {
		if got, ok := parseProcess(7, stat); ok {
			t.Errorf("%q is %+v", stat, got)
		}
	}
}
