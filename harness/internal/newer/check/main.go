// Command check prints which releases are newer than what this project pins. It asks
// registries over the network, so it is no part of a normal run. It exits with 1 if one
// did not answer.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hostproof/hostproof/harness/internal/newer"
)

func main() {
	list, err := newer.Ask(context.Background(), newer.Run, newer.Pins())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	found, silent := 0, 0
	for _, a := range list {
		if a.IsNewer() {
			found++
		}
		if a.Err != nil {
			silent++
		}
		if a.IsNewer() || a.Err != nil {
			fmt.Println(a)
		}
	}
	fmt.Printf("%d of %d pins have newer releases; %d were not answered\n", found, len(list), silent)
	if silent > 0 {
		os.Exit(1)
	}
}
