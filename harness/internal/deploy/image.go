package deploy

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation"
)

// ImageSubject is an image of a container engine. Make one with Image.
type ImageSubject struct {
	Ref   string
	Args  []string
	Dir   string // working directory in the container; "" is the image's own
	Stdin io.Reader
}

// Image is a subject that runs as a container of its own, under the isolation that
// runs images whatever the deployment says for programs. The arguments
// are what follows the image in "docker run": arguments of its entrypoint, or else the
// command. Its environment is the deployment's over the image's own.
//
// The program has to import package harness/isolation/container.
func Image(ref string, args ...string) *ImageSubject { return &ImageSubject{Ref: ref, Args: args} }

// In sets the working directory in the container.
func (i *ImageSubject) In(dir string) *ImageSubject {
	i.Dir = dir
	return i
}

// Name is the image and its arguments.
func (i *ImageSubject) Name() string { return strings.Join(append([]string{i.Ref}, i.Args...), " ") }

func (*ImageSubject) kind() isolation.Kind { return isolation.Image }

func (i *ImageSubject) begin(ctx context.Context, e *execution) (*running, error) {
	r, err := e.isolated(ctx, isolation.Subject{Image: i.Ref,
		Config: isolation.Config{Argv: i.Args, Dir: i.Dir, Stdin: i.Stdin}})
	if isolation.IsAbsent(err) {
		return nil, &SettingError{err.Error()}
	}
	if err != nil {
		return nil, fmt.Errorf("the subject %q cannot be started: %w", i.Ref, err)
	}
	return r, nil
}
