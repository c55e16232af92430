package harness

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// EndpointFault makes one of the host's credential endpoints misbehave, by the
// fixture's name for it ("metadata", "task"), as often as the fault says.
func EndpointFault(endpoint string, fault fault.Fault) Option {
	return func(s *settings) { s.endpointFaults = append(s.endpointFaults, endpointFault{endpoint, fault}) }
}

// AddEndpointFault is EndpointFault for what begins while a subject runs.
func (d *Deployment) AddEndpointFault(endpoint string, f fault.Fault) error {
	if err := d.hasEndpoint(endpoint); err != nil {
		return err
	}
	if err := d.endpointFaults[endpoint].Add(f); err != nil {
		return &SettingError{fmt.Sprintf("endpoint %s: %v", endpoint, err)}
	}
	return nil
}

// OnLookup calls a function at each request to one of the host's credential
// endpoints, one at a time.
func OnLookup(f func(metadata.Lookup)) Option { return func(s *settings) { s.onLookup = f } }

// WithoutRole takes the role away from one of the host's credential endpoints,
// by the fixture's name for it: an instance without a profile, a task without a
// task role whose variable was copied.
func WithoutRole(endpoint string) Option {
	return func(s *settings) {
		if s.withoutRole == nil {
			s.withoutRole = map[string]bool{}
		}
		s.withoutRole[endpoint] = true
	}
}

type endpointFault struct {
	endpoint string
	fault    fault.Fault
}

// planFaults plans the misbehaviours of the settings, and refuses names that
// are none of the host's endpoints.
func (d *Deployment) planFaults() error {
	d.endpointFaults = map[string]*fault.Plan{}
	for _, e := range d.host.Endpoints {
		d.endpointFaults[e.Name] = fault.NewPlan(fault.Endpoints)
	}
	for _, f := range d.settings.endpointFaults {
		if err := d.hasEndpoint(f.endpoint); err != nil {
			return err
		}
		if err := d.endpointFaults[f.endpoint].Add(f.fault); err != nil {
			return &SettingError{fmt.Sprintf("endpoint %s: %v", f.endpoint, err)}
		}
	}
	for name := range d.settings.withoutRole {
		if err := d.hasEndpoint(name); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deployment) hasEndpoint(name string) error {
	if _, ok := d.host.Endpoint(name); ok {
		return nil
	}
	names := slices.Sorted(maps.Keys(d.endpointFaults))
	if len(names) == 0 {
		return &SettingError{fmt.Sprintf("host %s has no endpoint %q: it has none", d.host.Name, name)}
	}
	return &SettingError{fmt.Sprintf("host %s has no endpoint %q: it has %s", d.host.Name, name, strings.Join(names, ", "))}
}

// observe notes a request to one of the host's endpoints.
func (d *Deployment) observe(l metadata.Lookup) {
	d.lookupsMu.Lock()
	defer d.lookupsMu.Unlock()
	d.lookups = append(d.lookups, l)
	if d.settings.onLookup != nil {
		d.settings.onLookup(l)
	}
}

// takeLookups returns the requests so far and forgets them.
func (d *Deployment) takeLookups() []metadata.Lookup {
	d.lookupsMu.Lock()
	defer d.lookupsMu.Unlock()
	out := d.lookups
	d.lookups = nil
	return out
}

// servedKind reports whether any of the host's endpoints is of a kind.
func servedKind(h *fixtures.Host, kinds ...string) bool {
	return slices.ContainsFunc(h.Endpoints, func(e fixtures.Endpoint) bool { return slices.Contains(kinds, e.Kind) })
}
