// Command standin is the process in the containers of ours: package
// container/internal/standin. Images are built with it where the program that
// needs one cannot be put into it.
package main

import (
	"os"
	"runtime"

	"github.com/hostproof/hostproof/harness/isolation/container/internal/standin"
)

func init() { runtime.LockOSThread() } // as under standin.Path

func main() { os.Exit(standin.Run(os.Args[1:])) }
