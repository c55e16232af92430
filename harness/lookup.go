package harness

import (
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// OnLookup calls a function at each request to one of the host's credential
// endpoints, one at a time.
func OnLookup(f func(metadata.Lookup)) Option { return func(s *settings) { s.onLookup = f } }

// WithoutRole takes the role away from one of the host's credential endpoints,
// by the fixture's name for it: an instance without a profile, a task without a
// task role whose variable was copied.
func WithoutRole(endpoint string) Option {
	return func(s *settings) { s.WithoutRole = append(s.WithoutRole, endpoint) }
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
