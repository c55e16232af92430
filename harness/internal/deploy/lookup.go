package deploy

import (
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// servedKind reports whether any of the host's endpoints is of a kind.
func servedKind(h *fixtures.Host, kinds ...string) bool {
	return slices.ContainsFunc(h.Endpoints, func(e fixtures.Endpoint) bool { return slices.Contains(kinds, e.Kind) })
}

// observe notes a request to one of the host's endpoints.
func (es *endpoints) observe(l metadata.Lookup) {
	es.lookupsMu.Lock()
	defer es.lookupsMu.Unlock()
	es.lookups = append(es.lookups, l)
	if es.onLookup != nil {
		es.onLookup(l)
	}
}

// takeLookups returns the requests so far and forgets them.
func (es *endpoints) takeLookups() []metadata.Lookup {
	es.lookupsMu.Lock()
	defer es.lookupsMu.Unlock()
	out := es.lookups
	es.lookups = nil
	return out
}
