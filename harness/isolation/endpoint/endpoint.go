// Package endpoint is the isolation.Backend for any system: subjects share this
// machine's network, and variables lead SDKs that read them to the mock and to the
// host's endpoints, which lie on loopback.
package endpoint

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation"
)

// Backend runs programs, and is what Go functions of this process run under. Its
// zero value is ready.
type Backend struct{}

var _ isolation.Backend = Backend{}

// Name is "endpoint".
func (Backend) Name() isolation.Mode { return isolation.Endpoint }

// Runs says that it runs programs and functions.
func (Backend) Runs(k isolation.Kind) bool { return k == isolation.Program || k == isolation.Func }

// Limits says what it cannot hold.
func (Backend) Limits() []string {
	runsOn := "a program that leaves its session, as a daemon does, runs on after the end"
	if heldToTheEnd {
		runsOn = "a program that ends its keeper, or runs as another user, may run on after the end"
	}
	return []string{
		"the network stays open, and what the subject calls elsewhere is neither refused nor listed",
		runsOn,
		"the host's files under /proc and /sys are left out",
		"SDKs that do not read AWS_ENDPOINT_URL and programs that name AWS's hosts themselves call the real ones",
	}
}

// Blind says which calls are not seen.
func (Backend) Blind() string {
	return "only clients that read AWS_ENDPOINT_URL call the mock: what others call goes to the real network, unseen"
}

// OwnNetwork is false.
func (Backend) OwnNetwork() bool { return false }

// Available is nil everywhere.
func (Backend) Available(context.Context) error { return nil }

// Home is the temporary directory itself.
func (Backend) Home(temporary string) string { return temporary }

// Place puts an endpoint on a free port of this machine.
func (Backend) Place(e isolation.HostEndpoint) (isolation.Placed, error) {
	address, err := e.Listen(e.Handler)
	return isolation.Placed{Address: address, Elsewhere: true}, err
}

// PlaceFile puts a file below home, and one of the host's own root below ~/.host. No
// program looks there for what the kernel shows.
func (Backend) PlaceFile(path, home string) isolation.FilePlace {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		return isolation.FilePlace{Path: filepath.Join(home, rest), Live: true}
	}
	if isolation.OfTheKernel(path) {
		return isolation.FilePlace{Path: path, LeftOut: true}
	}
	return isolation.FilePlace{Path: filepath.Join(home, ".host", path), Live: true}
}

// Start starts a program of this machine in a session of its own. Of the Config it
// takes Argv, Env, Dir, the streams and Timeout.
func (Backend) Start(ctx context.Context, s isolation.Subject) (isolation.Running, error) {
	if len(s.Argv) == 0 {
		return nil, errors.New("isolation: Config.Argv is empty: name the program to run")
	}
	if s.Terminal {
		return nil, isolation.ErrNoTerminal
	}
	return start(ctx, s)
}
