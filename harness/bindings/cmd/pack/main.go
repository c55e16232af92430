// Command pack writes the packages for npm and PyPI into a folder, and with -maven the
// artefacts for Maven Central.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/hostproof/hostproof/harness/bindings/pack"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	s := pack.Settings{Root: "."}
	var targets string
	flag.StringVar(&s.Out, "out", "dist", "folder for the packages")
	flag.StringVar(&s.Version, "version", "0.0.0", "version of the packages")
	flag.StringVar(&targets, "targets", "all", "systems, such as linux/amd64,darwin/arm64")
	maven := flag.Bool("maven", false, "the artefacts for Maven, too, which takes a JDK and Maven")
	flag.Parse()
	if s.Targets = pack.Targets; targets != "all" {
		s.Targets = nil
		for name := range strings.SplitSeq(targets, ",") {
			t, err := pack.Find(name)
			if err != nil {
				return err
			}
			s.Targets = append(s.Targets, t)
		}
	}
	files, err := pack.Pack(ctx, s)
	for _, file := range files {
		fmt.Println(file)
	}
	if err != nil || !*maven {
		return err
	}
	repository, err := pack.Maven(ctx, s)
	fmt.Println(repository)
	return err
}
