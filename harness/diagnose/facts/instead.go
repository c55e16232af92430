package facts

import (
	"fmt"
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Instead says which role the host gives the program, where a call was made with a key
// from elsewhere and nothing asked for the role's; empty where the host gives none. The
// change is what leads to it, as the beginning of a sentence.
func (c *Call) Instead() (why, change string) {
	key := c.Trace.KeyID
	if c.OfHost() {
		return "", ""
	}
	for _, m := range c.Misses() {
		row := m.Row
		if row.Offer.Machine && c.HasOwnRole() || row.Offer.User || row.Offer.Role == "" || row.Asked.Count > 0 {
			continue
		}
		where := "the program's settings"
		if key.Found() {
			where = key.From()
		}
		why = fmt.Sprintf("This host gives the program role %s (%s), and it was not asked for: a key that is given "+
			"explicitly or in a variable, a placeholder or an old copy too, comes before it.", row.Offer.Role,
			row.Offer.Name)
		return why, fmt.Sprintf("Take the key out of %s, so that the SDK goes on to %s", where, row.Offer.Name)
	}
	return "", ""
}

// HasOwnRole reports whether the host is one that gives the program a role of its own,
// also where this program has none. Where it is not, the role of the machine is the
// program's.
func (d *Facts) HasOwnRole() bool {
	return slices.ContainsFunc(d.Rows, func(r ledger.Row) bool {
		o := &r.Offer
		way := o.Role != "" || o.Kind == fixtures.OfferEndpoint || o.Kind == fixtures.OfferWebIdentity
		return way && !o.Machine && !o.Platform && !o.User && !o.Ended
	})
}
