package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// These rules compare what the host offers with what the program asked for.

// unsigned: a call without any signature. S3 judges it as anybody's, other
// services refuse it at once; either way nobody had signed.
func unsigned(c *call) (telling, bool) {
	nobody := c.Presented.Scheme == "none" && c.because(verdict.MissingAuthentication, verdict.Denied)
	if !nobody && !c.because(verdict.MissingAuthentication) {
		return telling{}, false
	}
	t := telling{
		what:   c.Call + " was sent without any signature, so that AWS took it for anybody's.",
		why:    "The program found no credentials and called all the same.",
		change: "Give the client credentials, or let it fail when it finds none",
	}
	offers := c.unused()
	for i := range offers {
		t.why += " " + c.missed(&offers[i])
	}
	if len(offers) > 0 {
		t.change = useOffer(&offers[0])
	}
	if l, advice, refused := c.refusedLookup(); refused {
		t.why += " " + asked(l)
		t.change, t.source = advice.change, advice.source
	}
	return t, true
}

// wrongPrincipal: the machine's role made the call and may not, on a host that
// gives the program a role of its own.
func wrongPrincipal(c *call) (telling, bool) {
	if !c.because(verdict.Denied) {
		return telling{}, false
	}
	used := slices.IndexFunc(
		c.rows,
		func(r ledger.Row) bool { return r.Offer.Machine && slices.Contains(r.Used, c.Seq) },
	)
	if used < 0 {
		return telling{}, false
	}
	own := slices.DeleteFunc(c.unused(), func(r ledger.Row) bool {
		return r.Offer.Machine || r.Offer.Role == "" || r.Offer.Role == c.rows[used].Offer.Role
	})
	if len(own) == 0 {
		return telling{}, false
	}
	return telling{
		what: fmt.Sprintf("%s was made as %s, the role of the machine, and not as the program's own role %s.",
			c.Call, c.Verdict.Principal, own[0].Offer.Role),
		why: fmt.Sprintf("%s The program's SDK went on to %s, which answers every program on the machine. %s",
			c.missed(&own[0]), c.rows[used].Offer.Name, prose.Sentence(c.Message)),
		change: useOffer(
			&own[0],
		) + ". Do not allow it to the machine's role: every program there would have the permission",
	}, true
}

// unused are the places with credentials of the host and of the project that no
// call of the run used, and that were good for one.
func (d *diagnosis) unused() (out []ledger.Row) {
	for i := range d.rows {
		row := &d.rows[i]
		o := &row.Offer
		example := len(o.Variables) > 0 && slices.Contains(d.Offered, o.Variables[0])
		if row.There && !o.Platform && !o.Ended && !example && len(row.Used) == 0 {
			out = append(out, *row)
		}
	}
	return out
}

// missed says of an unused place what the program did about it.
func (d *diagnosis) missed(row *ledger.Row) string {
	o := &row.Offer
	place := d.result.Scrub(o.Name)
	if o.Role != "" {
		place += fmt.Sprintf(" (role %s, by %s)", o.Role, o.How())
	} else {
		place += fmt.Sprintf(" (by %s)", o.How())
	}
	switch {
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

// useOffer says how a program gets the credentials of a place.
func useOffer(row *ledger.Row) string {
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
