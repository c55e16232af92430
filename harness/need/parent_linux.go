package need

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// tellParent writes to the standard error of the go command that runs this
// test binary, if that is what started it and it can be reached.
func tellParent(line string) {
	comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", os.Getppid()))
	if err != nil || strings.TrimSpace(string(comm)) != "go" {
		return
	}
	f, err := os.OpenFile(fmt.Sprintf("/proc/%d/fd/2", os.Getppid()), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = io.WriteString(f, line) // it was said on standard output already
}
