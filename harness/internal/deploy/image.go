package deploy

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/harness/isolation"
)

// ImageSubject is an image of a container engine. Make one with Image.
type ImageSubject struct {
	Ref   string
	Args  []string
	Dir   string // working directory in the container; "" is the image's own
	Stdin io.Reader
}

// Image is a subject that runs as a container of its own, under
// isolation.Container whatever the deployment says for programs. The arguments
// are what follows the image in "docker run": those of its entrypoint, or else the
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

func (i *ImageSubject) isolation(isolation.Mode) (isolation.Mode, error) {
	return isolation.Container, nil
}

func (i *ImageSubject) begin(ctx context.Context, e *execution) (*running, error) {
	engine, err := containers()
	if err != nil {
		return nil, err
	}
	r, err := e.isolated(isolation.Config{Argv: i.Args, Dir: i.Dir, Stdin: i.Stdin},
		func(config isolation.Config) (isolation.Running, error) {
			return engine.Start(ctx, i.Ref, config)
		})
	if err != nil {
		return nil, fmt.Errorf("the subject %q cannot be started: %w", i.Ref, err)
	}
	return r, nil
}

// Containers runs images as subjects.
type Containers struct {
	// Available is nil where an engine answers, else one sentence that says what
	// to do.
	Available func(context.Context) error
	// Start starts a container; of the Config, Argv follows the image.
	Start func(ctx context.Context, image string, config isolation.Config) (isolation.Running, error)
}

var (
	containersMu sync.Mutex
	registered   *Containers
)

// RegisterContainers adds the way to run images; package
// harness/isolation/container registers itself when it is imported.
func RegisterContainers(c Containers) {
	containersMu.Lock()
	defer containersMu.Unlock()
	registered = &c
}

func containers() (*Containers, error) {
	containersMu.Lock()
	defer containersMu.Unlock()
	if registered == nil {
		return nil,
			&SettingError{`isolation container: this program was built without it; import _ "github.com/hostproof/hostproof/harness/isolation/container"`}
	}
	return registered, nil
}
