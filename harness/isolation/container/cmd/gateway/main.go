// Command gateway is the process of the container that stands between a subject
// in a container and its harness: package isolation/internal/gateway. It speaks
// to the harness over its standard input and output, and ends with them.
package main

import (
	"fmt"
	"os"

	"github.com/hostproof/hostproof/harness/isolation/internal/gateway"
)

func main() {
	if err := gateway.ServeStdio(); err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
}
