package container

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation/container/internal/standin"
)

const module = "github.com/hostproof/hostproof"

// fromToolchain builds command standin.
func fromToolchain(ctx context.Context, p platform) (*standInFiles, error) {
	source, err := findSource(ctx)
	if err != nil {
		return nil, err
	}
	progress("building what runs in the container with Go, from the source in %s", source)
	binary, err := buildIn(ctx, source, "harness/isolation/container/cmd/standin", p.arch)
	if err != nil {
		return nil, err
	}
	return &standInFiles{files: map[string][]byte{standin.Path: binary}}, nil
}

// BuildStatic builds one of this module's commands as a static Linux binary for
// this machine's architecture, from the module's source as the current
// directory's build would use it.
func BuildStatic(ctx context.Context, command string) ([]byte, error) {
	source, err := findSource(ctx)
	if err != nil {
		return nil, err
	}
	return buildIn(ctx, source, command, runtime.GOARCH)
}

// findSource is where the source of this module is: that of the module around,
// or else of the version that this program was built from.
func findSource(ctx context.Context) (dir string, err error) {
	tool, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("there is no go command on PATH to build it")
	}
	around, err := exec.CommandContext(ctx, tool, "list", "-m", "-f", "{{.Dir}}", module).Output()
	if dir := strings.TrimSpace(string(around)); err == nil && dir != "" {
		return dir, nil
	}
	version, err := builtFrom(debug.ReadBuildInfo())
	if err != nil {
		return "", fmt.Errorf("it cannot be built with Go here: "+
			"the current directory is in no module that requires hostproof, and %w", err)
	}
	return download(ctx, tool, version)
}

// builtFrom is the version of this module in a program, if it has a number.
func builtFrom(info *debug.BuildInfo, ok bool) (version string, err error) {
	if !ok {
		return "", errors.New("this program does not say what it was built from")
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path != module {
			continue
		}
		if m.Replace != nil || !strings.HasPrefix(m.Version, "v") || strings.Contains(m.Version, "+") {
			return "", errors.New("this program was built from a clone, and not from a version")
		}
		return m.Version, nil
	}
	return "", errors.New("this program does not say what it was built from")
}

// download is the source of a version, out of the module cache or a module proxy.
func download(ctx context.Context, tool, version string) (dir string, err error) {
	empty, err := os.MkdirTemp("", "hostproof-build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(empty)
	get := exec.CommandContext(ctx, tool, "mod", "download", "-json", module+"@"+version)
	get.Dir = empty // outside of any module
	get.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := get.Output()
	var answer struct{ Dir, Error string }
	if bad := json.Unmarshal(out, &answer); bad == nil && answer.Error != "" {
		return "", fmt.Errorf("the source of hostproof %s cannot be had: %s", version, oneLine(answer.Error))
	}
	if err != nil || answer.Dir == "" {
		return "", fmt.Errorf("the source of hostproof %s cannot be had: go mod download: %v", version, err)
	}
	return answer.Dir, nil
}

// buildIn builds a command of the source as a static Linux binary.
func buildIn(ctx context.Context, source, command, arch string) ([]byte, error) {
	out, err := os.MkdirTemp("", "hostproof-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(out)
	target := filepath.Join(out, "binary")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", target, "./"+command)
	build.Dir = source
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOWORK=off")
	var said bytes.Buffer
	build.Stdout, build.Stderr = &said, &said
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("building %s: %w: %s", command, err, oneLine(said.String()))
	}
	return os.ReadFile(target)
}
