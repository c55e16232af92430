// Package sandbox is the isolation.Backend that runs unmodified programs of this
// machine in Linux namespaces: package isolation says how.
package sandbox

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation"
)

// Backend runs programs in a sandbox. Its zero value is ready.
type Backend struct{}

var _ isolation.Backend = Backend{}

// Name is "sandbox".
func (Backend) Name() isolation.Mode { return isolation.Sandbox }

// Runs says that it runs programs.
func (Backend) Runs(k isolation.Kind) bool { return k == isolation.Program }

// Limits says what it cannot hold.
func (Backend) Limits() []string {
	return []string{
		"it needs Linux",
		"files of the machine can be read where they are not hidden, and Unix sockets in the file system can be called",
		"started as root, a program reads what root may read",
		"what a program uses of processors has no bound but its time, and the number of files that it writes has none",
		"a program with a list of CAs of its own refuses the run's",
	}
}

// Lacks says what this kernel does not give.
func (Backend) Lacks() []string { return isolation.Lacks() }

// Blind is empty: all calls are seen.
func (Backend) Blind() string { return "" }

// OwnNetwork is true.
func (Backend) OwnNetwork() bool { return true }

// Available is nil where the kernel gives what it takes.
func (Backend) Available(context.Context) error { return isolation.Available() }

// Home is the temporary directory itself.
func (Backend) Home(temporary string) string { return temporary }

// Place puts an endpoint at its real addresses.
func (Backend) Place(e isolation.HostEndpoint) (isolation.Placed, error) {
	return isolation.AtItsOwn(e)
}

// PlaceFile shows a file where it is on the host, in the subject's view alone. One
// below home is a file of this machine. What is shown can change as long as it has a
// directory to itself.
func (Backend) PlaceFile(file, home string) isolation.FilePlace {
	if rest, ok := strings.CutPrefix(file, "~/"); ok {
		return isolation.FilePlace{Path: filepath.Join(home, rest), Live: true}
	}
	return isolation.FilePlace{Path: file, Shown: true, Live: ownDirectory(path.Dir(file))}
}

// volumes is where Kubernetes mounts tokens, each in a directory of its own.
const volumes = "/var/run/secrets/"

// ownDirectory says whether a directory of the host has nothing of this machine.
func ownDirectory(dir string) bool {
	if strings.HasPrefix(dir+"/", volumes) {
		return true
	}
	_, err := os.Stat(dir)
	return errors.Is(err, fs.ErrNotExist)
}

// Start starts a program.
func (Backend) Start(ctx context.Context, s isolation.Subject) (isolation.Running, error) {
	p, err := isolation.Start(ctx, s.Config)
	if err != nil {
		return nil, err
	}
	return p, nil
}
