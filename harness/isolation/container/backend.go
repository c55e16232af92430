package container

import (
	"context"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation"
)

// Backend runs images in containers. Its zero value is ready.
type Backend struct{}

var _ isolation.Backend = Backend{}

// Name is "container".
func (Backend) Name() isolation.Mode { return isolation.Container }

// Runs says that it runs images.
func (Backend) Runs(k isolation.Kind) bool { return k == isolation.Image }

// Limits says what it cannot hold.
func (Backend) Limits() []string {
	return []string{
		"it needs a Docker engine and an image, and about a second for each run",
		"the host's files under /proc and /sys are left out",
	}
}

// Blind is empty: all calls are seen.
func (Backend) Blind() string { return "" }

// OwnNetwork is true.
func (Backend) OwnNetwork() bool { return true }

// Available is nil where an engine answers.
func (Backend) Available(ctx context.Context) error { return Available(ctx) }

// home is where a subject in a container is at home: a directory that its user may
// write to, whichever user that is.
const home = "/home/hostproof"

// Home is a directory of the container that Start makes.
func (Backend) Home(string) string { return home }

// Place puts an endpoint at its real addresses.
func (Backend) Place(e isolation.HostEndpoint) (isolation.Placed, error) {
	return isolation.AtItsOwn(e)
}

// PlaceFile shows a file where it is on the host, unless that is a place of the kernel's.
// Its path is one of Linux, whatever this machine is.
func (Backend) PlaceFile(path, home string) isolation.FilePlace {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		path = home + "/" + rest
	}
	return isolation.FilePlace{Path: path, Shown: true, LeftOut: isolation.OfTheKernel(path)}
}

// Start starts a container of the subject's image.
func (Backend) Start(ctx context.Context, s isolation.Subject) (isolation.Running, error) {
	if s.Terminal {
		return nil, isolation.ErrNoTerminal
	}
	p, err := Start(ctx, s.Image, s.Config)
	if err != nil {
		return nil, err
	}
	return p, nil
}
