package deploy

import (
	"context"
	"testing"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
)

// start deploys a project with one user to a host, with everything on this machine.
func start(t *testing.T, host string, p project.Project) *Deployment {
	t.Helper()
	d, err := tryStart(t, host, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("closing the deployment: %v", err)
		}
	})
	return d
}

// tryStart is start, with what goes wrong.
func tryStart(t *testing.T, host string, p project.Project) (*Deployment, error) {
	t.Helper()
	p.Mock, p.Isolation = "embedded", isolation.Endpoint
	p.Users = append(p.Users, project.User{Name: "app"})
	return Start(t.Context(), host, Settings{Project: p})
}
