package deploy

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws/iam"
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
	for _, l := range d.layouts {
		l.close()
	}
	d.host, d.settings, d.layouts, d.endpointTokens = h, s, map[isolation.Mode]*layout{}, nil
	if err := d.newSubjectClock(); err != nil {
		return err
	}
	if err := d.reseed(ctx); err != nil {
		return fmt.Errorf("cannot deploy to %s: %w", host, err)
	}
	d.forget()
	if err := d.planFaults(ctx); err != nil {
		return err
	}
	if _, _, err = d.lay(d.backend); err != nil {
		return err
	}
	return d.setClock(ctx)
}

// fixed are the settings that stay from Start on.
func (s *Settings) fixed() project.Project {
	return project.Project{Users: s.Users, Account: s.Account, Mock: s.Mock, Isolation: s.Isolation}
}

// reseed makes what the new host has and the mock does not.
func (d *Deployment) reseed(ctx context.Context) error {
	seed, err := d.identities()
	if err != nil {
		return err
	}
	for i := range seed.Accounts {
		a := &seed.Accounts[i]
		a.Users, a.BedrockAPIKeys = nil, nil
		a.Roles = slices.DeleteFunc(a.Roles, func(r iam.RoleSeed) bool { return d.made[a.ID+"/"+r.Name] })
		a.OIDCProviders = slices.DeleteFunc(a.OIDCProviders, func(p iam.OIDCProviderSeed) bool {
			return d.made[a.ID+"/"+
				p.URL]
		})
	}
	d.applied.Sessions = nil
	if err := d.apply(ctx, seed); err != nil {
		return err
	}
	for _, extra := range d.settings.allSeeds() {
		if err := d.apply(ctx, extra); err != nil {
			return err
		}
	}
	return nil
}
