package peers

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness/need"
)

var chosen = flag.String("peers", unlessChosen(), `peers to run, "all" or names with commas between`)

// unlessChosen is our own mock alone: to install others takes minutes.
func unlessChosen() string {
	if need.Required("peers") {
		return Ours + ",moto,versitygw"
	}
	return Ours
}

// start starts the chosen peers; they end with the test.
func start(tb testing.TB) []*Server {
	tb.Helper()
	var out []*Server
	for _, p := range choose(tb) {
		if s := startOne(tb, p); s != nil {
			tb.Cleanup(s.Stop)
			out = append(out, s)
		}
	}
	return out
}

func choose(tb testing.TB) []*Peer {
	tb.Helper()
	list, err := Find(strings.Split(*chosen, ",")...)
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

// startOne starts a peer. One that this machine lacks something for is left out
// with the reason, nil.
func startOne(tb testing.TB, p *Peer) *Server {
	tb.Helper()
	s, err := p.Start(tb.Context())
	var missing *subjects.MissingToolError
	switch {
	case errors.As(err, &missing) && need.Required(missing.Tool):
		tb.Fatalf("%s: %v", p, err)
	case errors.As(err, &missing):
		need.Tell(fmt.Sprintf("%s is left out: %v\n", p, err))
		return nil
	case err != nil:
		tb.Fatal(err)
	}
	return s
}

func TestFind(t *testing.T) {
	if _, err := Find("moto", "localhorst"); err == nil || !strings.Contains(err.Error(), "versitygw") {
		t.Errorf("got %v", err)
	}
	if all, err := Find("all"); err != nil || len(all) != len(table) || all[0].Name != Ours {
		t.Errorf("got %v, %v", all, err)
	}
}

// TestPinned checks that each lock file pins the version that the table names,
// by hash, and names no registry.
func TestPinned(t *testing.T) {
	for _, p := range table {
		if p.folder == "" {
			continue
		}
		files, err := filepath.Glob(filepath.Join("pinned", p.folder, "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files in %s: %v", p.Name, p.folder, err)
		}
		var all strings.Builder
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(data)
		}
		text := all.String()
		hashes := strings.Count(text, "--hash=sha256:") + strings.Count(text, " h1:") + strings.Count(text,
			`"integrity": "sha512-`)
		version := strings.ReplaceAll(p.Version, "2026-02-12", "0.0.0-20260212") // of a commit
		if !strings.Contains(text, version) || hashes < 10 || strings.Contains(text, "resolved") ||
			strings.Contains(text, "index-url") {
			t.Errorf("%s: version %s, %d hashes; no registry may be named", p.Name, p.Version, hashes)
		}
	}
}

// TestEndedPeerIsAnError, with what it said.
func TestEndedPeerIsAnError(t *testing.T) {
	p := &Peer{Name: "short-lived", argv: func(place) []string {
		return []string{"sh", "-c",
			"echo no such option; exit 1"}
	}}
	s, err := p.launch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	if err := s.await(t.Context()); err == nil || !strings.Contains(s.said(), "no such option") {
		t.Errorf("got %v, said %q", err, s.said())
	}
	if _, err := s.CPU(); err == nil {
		t.Error("it still has a CPU-time clock")
	}
}
