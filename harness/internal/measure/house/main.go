// Command house prints the figures of package measure for a checkout.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/hostproof/hostproof/harness/internal/measure"
)

func main() {
	dir := "."
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := run(dir, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "house: "+err.Error())
		os.Exit(1)
	}
}

func run(dir string, out io.Writer) error {
	if err := lines(dir, out); err != nil {
		return err
	}
	all, err := measure.PackagesOf(dir, "./...")
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nfiles\tuses\tlargest knot\texported\t package")
	for _, p := range all {
		fmt.Fprintf(w, "%d\t%d\t%d\t%d\t %s\n", p.Files, p.Edges, len(p.Knot), len(p.Exported), p.Path)
	}
	return w.Flush()
}

func lines(dir string, out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "files\tlines\tover %d columns\tfunctions\tover 60 lines\ttokens a line\t below\n", measure.Width)
	for _, part := range []string{"mockaws", "harness", "fixtures", "scenarios"} {
		for _, tests := range []bool{false, true} {
			l, err := measure.LinesOf(filepath.Join(dir, part), tests)
			if err != nil {
				return err
			}
			name := part
			if tests {
				name += ", tests"
			}
			fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t%.1f\t %s\n",
				l.Files, l.All, l.Wide, l.Functions, l.Long, l.TokensALine(), name)
		}
	}
	return w.Flush()
}
