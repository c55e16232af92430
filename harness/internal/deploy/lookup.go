package deploy

import (
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// observe notes a request to one of the host's endpoints.
func (d *Deployment) observe(l metadata.Lookup) {
	d.lookupsMu.Lock()
	defer d.lookupsMu.Unlock()
	d.lookups = append(d.lookups, l)
	if d.settings.OnLookup != nil {
		d.settings.OnLookup(l)
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
