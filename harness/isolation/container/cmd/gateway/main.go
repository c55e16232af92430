// Command gateway is the process of the container that stands between a subject
// in a container and its harness: package isolation/internal/gateway. It speaks
// to the harness over its standard input and output, and ends with them.
package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/hostproof/hostproof/harness/isolation/internal/gateway"
)

// The main thread stays main's: its network namespace is what the engine takes
// for that of the container, and lets the subject share. The thread that leaves
// for the outside namespace must be another one.
func init() { runtime.LockOSThread() }

func main() {
	if err := gateway.ServeStdio(); err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
}
