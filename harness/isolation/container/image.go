package container

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/hostproof/hostproof/harness/isolation/container/internal/standin"
)

// ImageVariable names the environment variable that holds a ready image of the
// mock, and GatewayImageVariable one of the gateway of subjects. It is the same
// image: one of command harness/isolation/container/cmd/standin.
const (
	ImageVariable        = "HOSTPROOF_MOCK_IMAGE"
	GatewayImageVariable = "HOSTPROOF_GATEWAY_IMAGE"
)

// standInName is the name, without a tag, of the images that are made here.
const standInName = "hostproof-stand-in"

func mockImage(ctx context.Context) (string, error) { return standIn(ctx, ImageVariable) }

func gatewayImage(ctx context.Context) (string, error) { return standIn(ctx, GatewayImageVariable) }

// made is the image of the stand-in that is made here, one for all roles.
var made = once(makeImage)

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

// platform is what an engine runs, in Go's words.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "/" + p.arch }

// sources are the ways to what goes into an image of the stand-in, in the order
// in which they are tried. Each says why it is no
// way here, as part of a sentence.
var sources = []struct {
	name  string
	files func(context.Context, platform) (*standInFiles, error)
}{
	{"this program", fromExecutable},
	{"a build with Go", fromToolchain},
}

// standInFiles are those of an image of the stand-in, by path in it.
type standInFiles struct {
	files     map[string][]byte
	libraries string // where the loader finds the shared ones; empty if there are none
}

// standIn is the image of the stand-in: the one that the variable names, or else
// one that is made here once a process, unless the engine has it already.
func standIn(ctx context.Context, variable string) (string, error) {
	docker, err := engine(ctx)
	if err != nil {
		return "", err
	}
	if name := os.Getenv(variable); name != "" {
		return name, ready(ctx, docker, variable, name)
	}
	name, err := made(ctx)
	var none *ImageError
	if errors.As(err, &none) {
		none.Variable = variable
	}
	return name, err
}

func makeImage(ctx context.Context) (string, error) {
	docker, err := engine(ctx)
	if err != nil {
		return "", err
	}
	version, err := docker.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return "", err
	}
	p := platform{version.Os, version.Arch}
	if p.os != "linux" {
		return "", fmt.Errorf("the Docker engine runs %s containers, and hostproof needs Linux ones: switch the engine",
			p)
	}
	var tried []string
	for _, s := range sources {
		files, err := s.files(ctx, p)
		if err == nil {
			return imported(ctx, docker, files, s.name)
		}
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		tried = append(tried, oneLine(err.Error()))
	}
	return "", &ImageError{Tried: tried}
}

// ready checks an image that the user names.
func ready(ctx context.Context, docker *client.Client, variable, name string) error {
	_, err := docker.ImageInspect(ctx, name)
	if cerrdefs.IsNotFound(err) {
		return fmt.Errorf(
			"%s=%s: the Docker engine has no such image: docker pull %s, or unset the variable to have one made",
			variable, name, name)
	}
	return err
}

// blamed is an error of what runs in the container, which names the variable if
// the image is one that the user named.
func blamed(variable string, err error) error {
	name := os.Getenv(variable)
	if err == nil || name == "" {
		return err
	}
	return fmt.Errorf("%w. %s=%s: unset it if that is no image of %s/harness/isolation/container/cmd/standin, "+
		"of the version of this program", err, variable, name, module)
}

// ImageError says that there is no image of what runs beside a subject, and that
// none can be made.
type ImageError struct {
	Variable string   // that names a ready image
	Tried    []string // why none of the ways to make one is one here
}

// Error is one line that says what to do.
func (e *ImageError) Error() string {
	text := "no image of what runs in the container, and none can be made: "
	for _, why := range e.Tried {
		text += why + "; "
	}
	text += e.Variable + ", which can name a ready one, is not set. What helps: Go (https://go.dev/dl)"
	if runtime.GOOS == "linux" {
		text += " and a run inside a clone of hostproof or a module that requires it"
	} else {
		text += ", which is enough for a released version of hostproof; " +
			"for another, a run inside a clone or a module that requires it"
	}
	return text +
		fmt.Sprintf(". Or: run hostproof in container mode once on a Linux machine of the engine's architecture, "+
			"and give this engine the image %s that is made there (docker save, docker load), named in %s", standInName,
			e.Variable)
}

// OnProgress is called with one line when something begins that takes more than
// a moment: an image that is made. Set it before anything starts; nil: silence.
var OnProgress = func(line string) { fmt.Fprintln(os.Stderr, "hostproof: "+line) }

func progress(format string, args ...any) {
	if OnProgress != nil {
		OnProgress(fmt.Sprintf(format, args...))
	}
}

// command is what follows the image in "docker run".
func command(role string) []string { return []string{role} }

var entrypoint = []string{standin.Path}
