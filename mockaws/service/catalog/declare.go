package catalog

import (
	"maps"

	"github.com/hostproof/hostproof/mockaws/service"
)

// Declare adds services to the catalog while it is in use: whatever is signed for
// one of them is its own, whatever the host and the path. A later declaration of a
// name takes the place of an earlier one.
func (c *Catalog) Declare(services ...*service.Service) {
	c.declaring.Lock()
	defer c.declaring.Unlock()
	all := map[string]*service.Service{}
	if now := c.own.Load(); now != nil {
		maps.Copy(all, *now)
	}
	for _, s := range services {
		all[s.SigningName] = s
	}
	c.own.Store(&all)
}

// declared is the target of a request that is signed for a declared service, nil
// for any other.
func (c *Catalog) declared(r *Request) *Target {
	all := c.own.Load()
	if all == nil || (*all)[r.ScopeService] == nil {
		return nil
	}
	s := (*all)[r.ScopeService]
	t := &Target{Service: s}
	t.read(r)
	t.Input.Form = t.Input.Query
	op := &service.Operation{Name: lastPart(t.operationName(r))}
	op.Handle = func(*service.Call) (any, error) { return op.Synthesized(&s.Dialect), nil }
	t.Operation = op
	return t
}
