// Command page writes the page of the handbook that explains every finding into a
// file.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/hostproof/hostproof/harness/diagnose"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "page: "+err.Error())
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%d arguments: name the file to write", len(args))
	}
	var b bytes.Buffer
	if err := diagnose.WritePage(&b); err != nil {
		return err
	}
	return os.WriteFile(args[0], b.Bytes(), 0o644)
}
