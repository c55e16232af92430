// Package deploy is the engine of package harness: it deploys a project to a
// simulated host and runs programs there. Package harness is its face, and the
// package that others import.
package deploy

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	_ "github.com/hostproof/hostproof/harness/isolation/all" // the backends
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
)

// DefaultTimeout bounds one run of a subject.
const DefaultTimeout = project.DefaultTimeout

// Deployment is a program's place on a simulated host. Make one with Start. It
// puts four objects together, each of which knows its own affairs alone, and runs
// subjects among them.
type Deployment struct {
	settings Settings
	site     *site // the host and the project, as all four see them
	mockMode string
	mock     *Mock
	backend  isolation.Backend // of programs
	why      string            // it is not the sandbox
	ca       *isolation.CA     // nil until a subject needs it
	clock    *timeline
	ids      *identities
	points   *endpoints
	env      *environment
	run      sync.Mutex // one subject at a time, so that exchanges are its own
}

// Start deploys to a host of the fixtures by name. Close the deployment when
// done.
func Start(ctx context.Context, host string, s Settings) (*Deployment, error) {
	if err := s.settle(); err != nil {
		return nil, err
	}
	if s.Catalog == nil {
		s.Catalog = fixtures.Builtin()
	}
	h, err := s.Catalog.Host(host)
	if err != nil {
		return nil, &SettingError{err.Error()}
	}
	if err := s.resolveRoles(h, &Settings{}); err != nil {
		return nil, err
	}
	d := &Deployment{settings: s, mockMode: mockMode(s.Mock)}
	d.site = &site{host: h, project: &d.settings.Project}
	if err := d.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot deploy to %s: %w", host, err), d.Close(context.WithoutCancel(ctx)))
	}
	return d, nil
}

func (d *Deployment) start(ctx context.Context) error {
	if err := d.compose(ctx); err != nil {
		return err
	}
	if err := d.ids.seed(ctx); err != nil {
		return err
	}
	if err := d.points.begin(ctx); err != nil {
		return err
	}
	// The environment is built once now, so that what is wrong with the settings
	// is said before any subject runs.
	_, env, err := d.env.lay(d.backend)
	if err != nil {
		return err
	}
	if err := d.env.checkUnset(env); err != nil {
		return err
	}
	return d.clock.advance(ctx, d.settings.Clock)
}

// compose makes the objects that a deployment consists of.
func (d *Deployment) compose(ctx context.Context) error {
	var err error
	aws := &mockaws.Clock{}
	if other := d.settings.Beside; other != nil {
		d.mock, d.mockMode, aws = other.mock, other.mockMode, other.clock.aws
	} else if d.mock, err = startMock(ctx, d.mockMode); err != nil {
		return err
	}
	if err := d.isolate(ctx); err != nil {
		return err
	}
	d.clock = &timeline{mock: d.mock, aws: aws}
	d.ids = newIdentities(d.site, d.mock, d.clock.now)
	d.points = newEndpoints(d.site, d.mock, d.ids, d.clock.now)
	d.points.backend, d.points.onLookup = d.backend, d.settings.OnLookup
	if d.env, err = newEnvironment(d.site, d.mock, d.ids, d.points, d.clock.now); err != nil {
		return err
	}
	return d.clock.giveSubjects(d.settings.SubjectClock, d.env.temporary)
}

// Close ends the deployment: the mock, the container, the temporary files.
func (d *Deployment) Close(ctx context.Context) error {
	var errs []error
	if d.points != nil {
		errs = append(errs, d.points.metadata.close())
	}
	if d.mock != nil && d.settings.Beside == nil {
		errs = append(errs, d.mock.Close(ctx))
	}
	if d.clock != nil && d.clock.subject != nil {
		sweepSharedMemory(sharedMemory)
	}
	if d.env != nil {
		errs = append(errs, d.env.close())
	}
	return errors.Join(errs...)
}
