package stdio

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/harness"
)

// session has what the requests have made.
type session struct {
	ctx context.Context // of what lives longer than a request

	mu          sync.Mutex
	made        int
	deployments map[string]*harness.Deployment
	servers     map[string]*server
}

// server is a program that runs until it is stopped.
type server struct {
	*harness.Served
	of string // its deployment
}

func (s *session) init(ctx context.Context) {
	s.ctx, s.deployments, s.servers = ctx, map[string]*harness.Deployment{}, map[string]*server{}
}

// name makes a name for what a request makes, "deployment-1".
func (s *session) name(kind string) string {
	s.made++
	return fmt.Sprintf("%s-%d", kind, s.made)
}

func (s *session) addDeployment(d *harness.Deployment) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := s.name("deployment")
	s.deployments[name] = d
	return name
}

func (s *session) addServer(of string, served *harness.Served) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := s.name("server")
	s.servers[name] = &server{served, of}
	return name
}

func (s *session) deployment(name string) (*harness.Deployment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return find(s.deployments, "deployment", name)
}

// takeServer finds a server, which nobody finds afterwards.
func (s *session) takeServer(name string) (*server, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := find(s.servers, "server", name)
	delete(s.servers, name)
	return found, err
}

func find[V any](in map[string]V, kind, name string) (V, error) {
	found, ok := in[name]
	if ok {
		return found, nil
	}
	there := strings.Join(slices.Sorted(maps.Keys(in)), ", ")
	if there == "" {
		there = "none"
	}
	return found, wrong(codeParams, "there is no %s %q, or it is closed; there are: %s", kind, name, there)
}

// close ends a deployment, and the servers that run in it.
func (s *session) close(ctx context.Context, name string) error {
	s.mu.Lock()
	d, err := find(s.deployments, "deployment", name)
	delete(s.deployments, name)
	var servers []*server
	for id, server := range s.servers {
		if server.of == name {
			servers = append(servers, server)
			delete(s.servers, id)
		}
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	for _, server := range servers {
		_, _ = server.Close() // the caller did not ask for its result
	}
	return d.Close(ctx)
}

// closeAll ends all that there is.
func (s *session) closeAll() error {
	s.mu.Lock()
	names := slices.Sorted(maps.Keys(s.deployments))
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), patience)
	defer cancel()
	var errs []error
	for _, name := range names {
		errs = append(errs, s.close(ctx, name))
	}
	return errors.Join(errs...)
}
