// Command pack writes the packages for npm and PyPI into a folder, and with -maven the
// artefacts for Maven Central, with -crate the crate for crates.io.
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
	crate := flag.Bool("crate", false, "the crate, too, which takes Cargo")
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
	for _, further := range []struct {
		wanted bool
		pack   func(context.Context, pack.Settings, ...string) (string, error)
	}{{*maven, pack.Maven}, {*crate, pack.Crate}} {
		if err != nil || !further.wanted {
			continue
		}
		var file string
		if file, err = further.pack(ctx, s); err == nil {
			fmt.Println(file)
		}
	}
	return err
}
