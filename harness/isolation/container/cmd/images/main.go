// Command images makes the images of a release in a folder, an OCI image layout each.
// It needs Go and a clone, and neither an engine nor a registry; it publishes nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/container/ocilayout"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	out := flag.String("out", "dist/images", "folder for the images")
	version := flag.String("version", "0.0.0", "version of the images")
	flag.Parse()
	if err := run(ctx, *out, *version); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, version string) error {
	release, err := describe(ctx, version)
	if err != nil {
		return err
	}
	for _, i := range ocilayout.Images {
		programs := map[ocilayout.Platform][]byte{}
		for _, p := range ocilayout.Platforms {
			if programs[p], err = release.Build(ctx, ".", i, p); err != nil {
				return err
			}
		}
		dir := filepath.Join(out, i.Name)
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		if err := release.Write(dir, i, ocilayout.Platforms, programs); err != nil {
			return err
		}
		fmt.Println(dir)
	}
	return nil
}

// describe reads the commit of the clone.
func describe(ctx context.Context, version string) (ocilayout.Release, error) {
	text, err := exec.CommandContext(ctx, "git", "log", "-1", "--format=%H %ct").Output()
	revision, seconds, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	if err != nil {
		return ocilayout.Release{}, fmt.Errorf("git log: %w", err)
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	return ocilayout.Release{Version: version, Revision: revision, Created: time.Unix(unix, 0).UTC()}, err
}
