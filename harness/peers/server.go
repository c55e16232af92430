package peers

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Server is a peer that runs. Stop it.
type Server struct {
	Peer *Peer
	URL  string // "http://127.0.0.1:40123"
	// KeyID and Secret are of a caller that may do everything.
	KeyID, Secret string
	// StartUp is the time from the start of the process to its first answer.
	StartUp time.Duration

	work   string
	cmd    *exec.Cmd
	exited chan struct{}
}

// patience bounds the wait for a peer's first answer.
const patience = 2 * time.Minute

// Start installs the peer if need be, starts it, and waits for its first answer
// below 500. The context bounds the installation and the start.
func (p *Peer) Start(ctx context.Context) (*Server, error) {
	dir, err := p.Install(ctx)
	if err != nil {
		return nil, err
	}
	s, err := p.launch(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	if err = s.await(ctx); err == nil && p.enforce != nil {
		err = p.enforce(ctx, s)
	}
	if err != nil {
		said := s.said()
		s.Stop()
		return nil, fmt.Errorf("%s: %w%s", p, err, said)
	}
	return s, nil
}

func (p *Peer) launch(dir string) (*Server, error) {
	work, err := os.MkdirTemp("", "hostproof-peer-")
	if err != nil {
		return nil, err
	}
	at := place{dir: dir, work: work}
	if at.port, err = freePort(); err == nil {
		err = p.lay(work)
	}
	if err != nil {
		os.RemoveAll(work)
		return nil, err
	}
	s := &Server{Peer: p, URL: "http://" + at.address(), KeyID: rootKey, Secret: rootSecret, work: work,
		exited: make(chan struct{})}
	if p.key != "" {
		s.KeyID, s.Secret = p.key, p.secret
	}
	if err := s.run(at); err != nil {
		os.RemoveAll(work)
		return nil, err
	}
	return s, nil
}

// run starts the process; its environment is built, not inherited.
func (s *Server) run(at place) error {
	output, err := os.Create(s.output())
	if err != nil {
		return err
	}
	defer output.Close()
	argv := s.Peer.argv(at)
	s.cmd = exec.Command(argv[0], argv[1:]...)
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.work, output, output
	s.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.work, "TMPDIR=" + s.work}
	for _, kv := range s.Peer.env {
		s.cmd.Env = append(s.cmd.Env, strings.ReplaceAll(kv, "{port}", at.port))
	}
	ownGroup(s.cmd)
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() {
		_ = s.cmd.Wait() // how it ended is of no matter, only that
		close(s.exited)
	}()
	return nil
}

// lay writes the files that the peer starts with; a name that ends with a slash
// is a directory.
func (p *Peer) lay(work string) error {
	for name, text := range p.files {
		path := filepath.Join(work, name)
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.Mkdir(path, 0o755)
		} else {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// freePort is one that nothing listens on right now. Most peers cannot be told
// to take any.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// await asks until an answer comes, every millisecond: nothing else tells when
// another's program is ready.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	start := time.Now()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if s.answers(ctx) {
			s.StartUp = time.Since(start)
			return nil
		}
		select {
		case <-tick.C:
		case <-s.exited:
			return fmt.Errorf("it ended at once")
		case <-ctx.Done():
			return fmt.Errorf("no answer from %s: %w", s.URL, ctx.Err())
		}
	}
}

func (s *Server) answers(ctx context.Context) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode < http.StatusInternalServerError
}

// Stop ends the peer and removes what it wrote.
func (s *Server) Stop() {
	endGroup(s.cmd)
	<-s.exited
	os.RemoveAll(s.work)
}

func (s *Server) output() string { return filepath.Join(s.work, "output") }

// said is the end of what the peer printed, for an error.
func (s *Server) said() string {
	data, err := os.ReadFile(s.output())
	if err != nil || len(data) == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return "; it said: " + strings.Join(lines[max(0, len(lines)-3):], "; ")
}
