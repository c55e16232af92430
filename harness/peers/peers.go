package peers

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures/subjects"
)

//go:embed pinned
var pinned embed.FS

// Peer is an emulator and how it is run.
type Peer struct {
	Name    string
	Version string
	// Claims lists the services that it says it has, by id ("S3"); nil for all.
	Claims []string
	// Source is where its documentation says how to run it so.
	Source string

	folder string // in pinned; "" for the mock of this project
	argv   func(p place) []string
	env    []string
	files  map[string]string // in its working directory, before it starts
	// key is what it accepts, where that is fixed.
	key, secret string
	// enforce makes the peer judge: it is called once it answers, and gives a key
	// that may do everything.
	enforce func(ctx context.Context, s *Server) error
}

// Ours is the name of this project's mock, which runs as the others do.
const Ours = "hostproof"

// rootKey and rootSecret are the credentials of peers that take any.
const rootKey = "AKIAPEERSPEERSPEERS2"

var rootSecret = strings.Repeat("peer", 10)

// String is name and version.
func (p *Peer) String() string { return strings.TrimSpace(p.Name + " " + p.Version) }

// Names lists the peers, this project's mock first.
func Names() []string {
	var out []string
	for _, p := range table {
		out = append(out, p.Name)
	}
	return out
}

// Find finds peers by name, in the order of the table; "all" stands for every
// one.
func Find(names ...string) ([]*Peer, error) {
	if slices.Contains(names, "all") {
		names = Names()
	}
	for _, name := range names {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("no peer %q; there are: %s", name, strings.Join(Names(), ", "))
		}
	}
	var out []*Peer
	for i := range table {
		if slices.Contains(names, table[i].Name) {
			out = append(out, &table[i])
		}
	}
	return out, nil
}

// Install installs the peer into the user's cache, unless it is there, and gives
// its directory. A *subjects.MissingToolError says what this machine lacks.
func (p *Peer) Install(ctx context.Context) (string, error) {
	if p.folder == "" {
		return buildOurs(ctx)
	}
	folders, err := fs.Sub(pinned, "pinned")
	if err != nil {
		return "", err
	}
	installed, err := subjects.InstallFrom(ctx, folders, p.folder)
	if err != nil {
		return "", err
	}
	return installed.Dir, nil
}

// buildOurs builds the mock of this source. What is built is left to Go's build
// cache, the binary is replaced each time.
func buildOurs(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "hostproof", "peers")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, "mockaws"),
		"github.com/hostproof/hostproof/mockaws/cmd/mockaws")
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build of the mock: %w: %s", err, strings.TrimSpace(string(said)))
	}
	return dir, nil
}

// place is where a peer runs.
type place struct {
	dir  string // it is installed there
	work string // an empty directory of its own
	port string
}

func (p place) address() string { return "127.0.0.1:" + p.port }

func (p place) in(elements ...string) string {
	return filepath.Join(append([]string{p.dir}, elements...)...)
}
