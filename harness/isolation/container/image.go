package container

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/testcontainers/testcontainers-go"

	"github.com/hostproof/hostproof/internal/steps"
)

// ImageVariable names the environment variable that holds a ready image of the
// mock, for machines that have no Go.
const ImageVariable = "HOSTPROOF_MOCK_IMAGE"

const module = "github.com/hostproof/hostproof"

// dockerfile makes the image: nothing but the binary, and nobody's user id.
const dockerfile = "FROM scratch\nCOPY mockaws /mockaws\nUSER 65532:65532\nEXPOSE 4566 4567\nENTRYPOINT [\"/mockaws\"]\n"

// mockImage builds the mock's image once a process and returns its name.
var mockImage = once(imageOf("hostproof-mockaws", "mockaws/cmd/mockaws", ImageVariable, dockerfile))

// imageOf builds the image of one of this module's commands, unless a variable
// names one that is ready.
func imageOf(image, command, ready, dockerfile string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if name := os.Getenv(ready); name != "" {
			return name, nil
		}
		binary, err := BuildStatic(ctx, command)
		if err != nil {
			return "", err
		}
		sum := sha256.Sum256(append([]byte(dockerfile), binary...))
		return BuildImage(ctx, image, hex.EncodeToString(sum[:6]), dockerfile, map[string][]byte{path.Base(command): binary})
	}
}

// once makes what builds an image build it once a process; errors are not kept.
func once(build func(context.Context) (string, error)) func(context.Context) (string, error) {
	var mu sync.Mutex
	var name string
	return func(ctx context.Context) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		if name != "" {
			return name, nil
		}
		built, err := build(ctx)
		if err == nil {
			name = built
		}
		return built, err
	}
}

// BuildStatic builds one of this module's commands as a static Linux binary,
// from the module's source as the current directory's build would use it.
func BuildStatic(ctx context.Context, command string) ([]byte, error) {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return nil, fmt.Errorf("the mock's image is built with Go and there is no go command: install Go, or name a ready image in %s", ImageVariable)
	}
	list := exec.CommandContext(ctx, goTool, "list", "-m", "-f", "{{.Dir}}", module)
	dir, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("cannot find the source of %s: run inside a module that requires it, or name a ready image in %s", module, ImageVariable)
	}
	out, err := os.MkdirTemp("", "hostproof-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(out)
	target := filepath.Join(out, "binary")
	build := exec.CommandContext(ctx, goTool, "build", "-trimpath", "-ldflags=-s -w", "-o", target, "./"+command)
	build.Dir = strings.TrimSpace(string(dir))
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOWORK=off")
	end := steps.Begin(ctx, steps.Step{What: "compiling " + command, Why: "go build, quick the next time"})
	said, err := build.CombinedOutput()
	end(err)
	if err != nil {
		return nil, fmt.Errorf("building %s: %w: %s", command, err, oneLine(string(said)))
	}
	return os.ReadFile(target)
}

// BuildImage builds an image from a Dockerfile and files, all executable, that
// exist only in memory. The image stays, so that the next run finds it built.
func BuildImage(ctx context.Context, repo, tag, dockerfile string, files map[string][]byte) (string, error) {
	context, err := archive(dockerfile, files)
	if err != nil {
		return "", err
	}
	provider, err := testcontainers.NewDockerProvider()
	if err != nil {
		return "", &UnavailableError{Reason: oneLine(err.Error())}
	}
	defer provider.Close()
	end := steps.Begin(ctx, steps.Step{What: "building the image " + repo + ":" + tag, Why: "once: it is kept"})
	name, err := provider.BuildImage(ctx, &testcontainers.ContainerRequest{FromDockerfile: testcontainers.FromDockerfile{
		ContextArchive: context, Repo: repo, Tag: tag, KeepImage: true,
	}})
	end(err)
	if err != nil {
		return "", fmt.Errorf("building image %s:%s: %w", repo, tag, err)
	}
	return name, nil
}

func archive(dockerfile string, files map[string][]byte) (io.ReadSeeker, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	add := func(name string, mode int64, data []byte) error {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(data))}); err != nil {
			return err
		}
		_, err := w.Write(data)
		return err
	}
	if err := add("Dockerfile", 0o644, []byte(dockerfile)); err != nil {
		return nil, err
	}
	for name, data := range files {
		if err := add(name, 0o755, data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return bytes.NewReader(b.Bytes()), nil
}

func lastLine(r io.Reader) string {
	last := ""
	for s := bufio.NewScanner(r); s.Scan(); {
		if text := strings.TrimSpace(s.Text()); text != "" {
			last = text
		}
	}
	return last
}
