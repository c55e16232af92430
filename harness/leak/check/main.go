// Command check looks for the registered secrets in files and directories, and
// exits with 1 when it finds one.
//
//	check SECRETS FILE|DIR...
package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hostproof/hostproof/harness/leak"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errOut io.Writer) int {
	if len(args) < 2 {
		fmt.Fprintln(errOut, "check: want the file of registered secrets, then files or directories to look through")
		return 2
	}
	secrets, err := leak.Load(args[0])
	if err != nil {
		fmt.Fprintln(errOut, "check: "+err.Error())
		return 2
	}
	s := leak.New(secrets)
	files, leaks, size := 0, 0, int64(0)
	for _, root := range args[1:] {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			found, n, err := scan(s, path)
			for _, f := range found {
				fmt.Fprintf(out, "%s: %s\n", path, f)
			}
			files, leaks, size = files+1, leaks+len(found), size+n
			return err
		})
		if err != nil {
			fmt.Fprintln(errOut, "check: "+err.Error())
			return 2
		}
	}
	fmt.Fprintf(out, "%d secrets looked for in %d files (%d bytes): %d leaks\n", len(secrets), files, size, leaks)
	if leaks > 0 {
		return 1
	}
	return 0
}

func scan(s *leak.Scanner, path string) ([]leak.Found, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	found, err := s.Scan(f)
	return found, info.Size(), err
}
