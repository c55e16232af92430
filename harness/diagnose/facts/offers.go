package facts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Unused are the places with credentials of the host and of the project that no
// call of the run used, and that were good for one.
func (d *Facts) Unused() (out []ledger.Row) {
	for i := range d.Rows {
		row := &d.Rows[i]
		o := &row.Offer
		example := len(o.Variables) > 0 && slices.Contains(d.Offered, o.Variables[0])
		if row.There && !o.Platform && !o.Ended && !example && len(row.Used) == 0 {
			out = append(out, *row)
		}
	}
	return out
}

// Missed says of an unused place what the program did about it.
func (d *Facts) Missed(row *ledger.Row) string {
	o := &row.Offer
	place := d.Result.Scrub(o.Name)
	if o.Role != "" {
		place += fmt.Sprintf(" (role %s, by %s)", o.Role, o.How())
	} else {
		place += fmt.Sprintf(" (by %s)", o.How())
	}
	way, _ := d.brokenWay()
	switch {
	case way != "" && o.Kind == fixtures.OfferWebIdentity:
		return fmt.Sprintf("This host has %s. %s", place, way)
	case row.Asked.Seen && row.Asked.Count == 0:
		return fmt.Sprintf("This host has %s, and the program never asked there.", place)
	case row.Asked.Seen:
		return fmt.Sprintf(
			"This host has %s; the program asked there %s, and used nothing of it.",
			place,
			row.Asked.String(),
		)
	}
	return fmt.Sprintf("This host has %s, and no call used it.", place)
}

// UseOffer says how a program gets the credentials of a place.
func UseOffer(row *ledger.Row) string {
	o := &row.Offer
	by := cmp.Or(strings.Join(o.Variables, ", "), strings.Join(o.Headers, ", "), o.How())
	switch o.Kind {
	case fixtures.OfferWebIdentity:
		return fmt.Sprintf(
			"Have the program assume role %s with the token that it finds by %s: give its SDK no other credentials, "+
				"and use a version of it that reads that",
			o.Role,
			by,
		)
	case fixtures.OfferEndpoint:
		if refused := row.Asked.Refusals(); refused != "" {
			return fmt.Sprintf(
				"Mend how the program asks %s, which %s: give its SDK no other credentials, and use a version of it "+
					"that asks as this host wants",
				o.Name,
				refused,
			)
		}
		return fmt.Sprintf("Have the program ask %s, which it finds by %s: give its SDK no other credentials, "+
			"and use a version of it that asks there", o.Name, by)
	}
	return fmt.Sprintf("Have the program use %s, which it finds by %s", o.Name, by)
}

// HeadersUnsent are the headers by which the host hands out credentials, where no
// request was made that would have had them.
func (d *Facts) HeadersUnsent() []string {
	if len(d.Result.Visits) > 0 {
		return nil
	}
	return d.RequestHeaders
}
