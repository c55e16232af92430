package deploy

import "github.com/hostproof/hostproof/mockaws/metadata"

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
