package facts

import (
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Unused are the places with credentials of the host and of the project that no
// call of the run used, and that were good for one. The machine's role is none where
// a call was made as the program's own: there it is not to be used.
func (d *Facts) Unused() (out []ledger.Row) {
	own := slices.ContainsFunc(d.Rows, func(r ledger.Row) bool {
		return len(r.Used) > 0 && r.Offer.Role != "" && !r.Offer.Machine
	})
	for i := range d.Rows {
		row := &d.Rows[i]
		if row.There && len(row.Used) == 0 && d.isGood(&row.Offer) && !(row.Offer.Machine && own) {
			out = append(out, *row)
		}
	}
	return out
}

// isGood reports whether a place has credentials that a program is meant to use.
func (d *Facts) isGood(o *fixtures.Offer) bool {
	example := len(o.Variables) > 0 && slices.Contains(d.Offered, o.Variables[0])
	nobodys := o.Endpoint != "" && o.Role == "" && !o.User // an instance without a role, say
	return !o.Platform && !o.Ended && !example && !nobodys
}

// UsedRow is the place whose credentials the call was made with; nil where that is none of
// the run's.
func (c *Call) UsedRow() *ledger.Row {
	for i := range c.Rows {
		if slices.Contains(c.Rows[i].Used, c.Seq) {
			return &c.Rows[i]
		}
	}
	return nil
}

// May reports whether the principal behind a place may make the call, by its
// policies.
func (c *Call) May(row *ledger.Row) bool {
	return slices.ContainsFunc(c.Able, func(arn string) bool {
		if row.Offer.Role == "" {
			return arn == row.Principal
		}
		_, name, isRole := strings.Cut(arn, ":role/")
		name = name[strings.LastIndexByte(name, '/')+1:]
		return isRole && c.RoleOfPrincipal[name] == row.Offer.Role
	})
}

// HeadersUnsent are the headers by which the host hands out credentials, where no
// request was made that would have had them.
func (d *Facts) HeadersUnsent() []string {
	if len(d.Result.Visits) > 0 {
		return nil
	}
	return d.RequestHeaders
}
