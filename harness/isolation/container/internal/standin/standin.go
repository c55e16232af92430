// Package standin is what runs in the containers of ours: the gateway of a
// subject, or a mock AWS. Any executable that imports it can be put into an image
// at Path, and is then that and nothing else: a test's binary, the hostproof
// command. So no image has to be published, and no Go is needed to build one.
package standin

import (
	"fmt"
	"os"
	"runtime"

	"github.com/hostproof/hostproof/harness/isolation/container/internal/mocklink"
	"github.com/hostproof/hostproof/harness/isolation/internal/gateway"
)

// Path is where an executable is put in an image, and with that its name, by
// which it knows what it is.
const Path = "/io.github.hostproof.stand-in"

// The roles, which are the only argument.
const (
	Gateway = "gateway"
	Mock    = "mock"
)

var roles = map[string]func() error{
	Gateway: gateway.ServeStdio,
	Mock:    func() error { return mocklink.Serve(gateway.Stdio()) },
}

func init() {
	if len(os.Args) > 0 && os.Args[0] == Path {
		// The main thread stays this function's: its network namespace is what the
		// engine takes for that of the container, and lets the subject share. The
		// thread that leaves for the outside namespace must be another one.
		runtime.LockOSThread()
		os.Exit(Run(os.Args[1:]))
	}
}

// Run plays a role until the harness at the other end of standard input and
// output is gone, and returns the exit code.
func Run(args []string) int {
	if len(args) != 1 || roles[args[0]] == nil {
		fmt.Fprintf(os.Stderr, "stand-in: %q: want one role, %s or %s, in a container that hostproof starts\n",
			args, Gateway, Mock)
		return 2
	}
	if err := roles[args[0]](); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", args[0], err)
		return 1
	}
	return 0
}
