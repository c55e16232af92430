// Command hostproof-capture prints the shape of the host that it runs on,
// without any value, as a fixture: hostproof capture alone, as a small static
// binary to be put on a host.
//
//	CGO_ENABLED=0 go build -ldflags "-s -w" ./harness/capture/hostproof-capture
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/hostproof/hostproof/harness/capture"
)

func main() {
	name := flag.String("name", "captured", "name of the host in the fixture: small letters, digits, hyphens")
	raw := flag.Bool("observation", false, "print the observation as JSON instead of a fixture")
	flag.Parse()
	out, err := capture.Write(context.Background(), capture.Options{Name: *name}, *raw)
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostproof-capture: "+err.Error())
		os.Exit(2)
	}
	_, _ = os.Stdout.Write(out)
}
