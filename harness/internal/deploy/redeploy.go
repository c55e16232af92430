package deploy

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hostproof/hostproof/harness/project"
)

// Redeploy deploys the same project anew, to a host of that name, as a change of
// its settings at the platform would: the mock keeps its journal, its users with
// their keys, its roles and what services hold; the host's sessions, files and
// endpoints are made anew. Options come on top of those of Start; User, Account
// and those that say how a deployment runs are for Start alone.
func (d *Deployment) Redeploy(ctx context.Context, host string, opts ...Option) error {
	d.run.Lock()
	defer d.run.Unlock()
	h, err := d.settings.Catalog.Host(host)
	if err != nil {
		return &SettingError{err.Error()}
	}
	s := d.settings
	s.Project = s.Clone()
	s.Seeds, s.Buckets, s.Clock = nil, nil, 0 // the mock has them already
	for _, o := range opts {
		o(&s)
	}
	if err := s.settle(); err != nil {
		return err
	}
	if err := s.resolveRoles(h, &d.settings); err != nil {
		return err
	}
	if !reflect.DeepEqual(d.settings.fixed(), s.fixed()) {
		return &SettingError{"Redeploy cannot change users, account, mock or isolation: give those to Start"}
	}
	d.env.reset()
	d.settings, d.site.host = s, h
	d.points.tokens, d.points.onLookup = nil, s.OnLookup
	if err := d.clock.giveSubjects(s.SubjectClock, d.env.temporary); err != nil {
		return err
	}
	if err := d.ids.reseed(ctx); err != nil {
		return fmt.Errorf("cannot deploy to %s: %w", host, err)
	}
	if err := d.points.begin(ctx); err != nil {
		return err
	}
	if _, _, err = d.env.lay(d.backend); err != nil {
		return err
	}
	return d.clock.advance(ctx, s.Clock)
}

// fixed are the settings that stay from Start on.
func (s *Settings) fixed() project.Project {
	return project.Project{Users: s.Users, Account: s.Account, Mock: s.Mock, Isolation: s.Isolation}
}
