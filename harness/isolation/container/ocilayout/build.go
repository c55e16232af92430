package ocilayout

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Build builds the static program of an image with Go, in the module at root. The
// version is stamped into a program that has a place for it.
func (r Release) Build(ctx context.Context, root string, i Image, p Platform) ([]byte, error) {
	dir, err := os.MkdirTemp("", "hostproof-image-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "program")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -X main.stamped="+r.Version, "-o", file, "./"+i.Package)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+p.OS, "GOARCH="+p.Arch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s for %s: %w: %s", i.Package, p, err, strings.TrimSpace(string(out)))
	}
	return os.ReadFile(file)
}
