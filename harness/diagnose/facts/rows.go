package facts

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// rows are the ledger of a run: of each place that hands out credentials whether
// it was asked and used, first the ones that the host and the project have.
func rows(r *ledger.Result, traces []ledger.Trace, offers []Offered, ends map[string]time.Time) (out []ledger.Row) {
	for i := range offers {
		row := rowOf(r, traces, &offers[i])
		row.Issued = issues(r, &offers[i], row.Issued, ends)
		out = append(out, row)
	}
	return append(out, elsewhere(r)...)
}

func rowOf(r *ledger.Result, traces []ledger.Trace, o *Offered) ledger.Row {
	row := ledger.Row{Offer: o.Offer, There: reaches(r, o), Principal: o.Principal}
	row.Asked.Seen = o.Endpoint != ""
	for _, l := range r.Lookups {
		if o.Endpoint != "" && l.Endpoint == o.Endpoint {
			row.Asked.Note(l.Time, 1, answerOf(l.Status, l.Note))
			row.Asked.In(l.Version)
		}
	}
	if o.Endpoint == "" && len(o.Files) > 0 {
		noteOpens(r, o.Files, &row.Asked)
	}
	keys := slices.Clone(o.KeyIDs)
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		if presents(traces, e, o, keys) {
			row.Used = append(row.Used, e.Seq)
			if e.Issued != "" && o.Kind != fixtures.OfferVariables {
				keys = append(keys, e.Issued) // what STS gave for it
				row.Issued = append(row.Issued, ledger.Issue{KeyID: e.Issued, First: e.Time, Last: e.Time, Count: 1,
					End: e.IssuedUntil})
			}
			continue
		}
		if e.Presented.TokenKeyID != "" && slices.Contains(keys, e.Presented.TokenKeyID) {
			row.TokenOnly = append(row.TokenOnly, e.Seq)
		}
	}
	return row
}

// reaches reports whether the environment of the run leads to an offer: the project
// may have taken its variables away, or put others in their place.
func reaches(r *ledger.Result, o *Offered) bool {
	if len(o.Variables) == 0 || len(o.Headers) > 0 {
		return true
	}
	by := ledger.ByHost
	if o.User {
		by = ledger.ByUser
	}
	return slices.ContainsFunc(r.Environment, func(v ledger.Variable) bool {
		// What a user of the host sets as its fixture says stands over nothing.
		asDeclared := v.SetBy == by || v.SetBy == ledger.ByWiring || v.SetBy == ledger.ByUser && v.Overrides == ""
		return slices.Contains(o.Variables, v.Name) && asDeclared
	})
}

// presents reports whether a call was made with what an offer hands out.
func presents(traces []ledger.Trace, e *exchange.Exchange, o *Offered, keys []string) bool {
	if e.Presented.KeyID != "" {
		return slices.Contains(keys, e.Presented.KeyID)
	}
	if e.Presented.IdentityToken == nil || o.Kind != fixtures.OfferWebIdentity {
		return false
	}
	t := traceOf(traces, e.Seq)
	return t != nil && (overlap(t.Variables, o.Variables) || slices.Contains(o.Headers, t.Header) ||
		t.File != "" && slices.ContainsFunc(o.Files, func(path string) bool { return endsIn(t.File, path) }))
}

// traceOf is where the identity token of a call came from.
func traceOf(traces []ledger.Trace, seq int64) *ledger.Part {
	for i := range traces {
		if traces[i].Seq == seq {
			return &traces[i].IdentityToken
		}
	}
	return nil
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// endsIn reports whether a file lies where a host has it: at its path, or below
// another directory.
func endsIn(file, path string) bool {
	for len(path) > 0 && (path[0] == '~' || path[0] == '/') {
		path = path[1:]
	}
	return len(file) >= len(path) && file[len(file)-len(path):] == path
}

// answerOf is an answer of an endpoint in a few words.
func answerOf(status int, note string) string {
	switch {
	case status == 0 && note == "":
		return ledger.NoAnswer
	case status == 0:
		return ledger.NoAnswer + ", " + note
	case status < 300:
		return fmt.Sprint(status)
	case status < 400:
		return strings.TrimSuffix(fmt.Sprintf("led on with %d, %s", status, note), ", ")
	case note == "":
		return fmt.Sprintf("refused with %d", status)
	}
	return fmt.Sprintf("refused with %d, %s", status, note)
}

// elsewhere are the places that the subject asked and the host does not have.
func elsewhere(r *ledger.Result) (rows []ledger.Row) {
	row := func(name string) *ledger.Row {
		i := slices.IndexFunc(rows, func(x ledger.Row) bool { return x.Offer.Name == name })
		if i < 0 {
			rows = append(rows, ledger.Row{Sort: ledger.OfPlace, Offer: fixtures.Offer{Name: name}})
			i = len(rows) - 1
		}
		return &rows[i]
	}
	for _, p := range r.Probes {
		asked := &row(p.Target).Asked
		asked.Note(p.Time, 1, "nothing there")
		asked.In(probeVersion(p))
	}
	for _, a := range r.Refused {
		if place := PlaceOf(a); place != "" {
			row(place).Asked.Note(a.Time, a.Count, connectionRefused)
		}
	}
	return rows
}

const connectionRefused = "connection refused"

// probeVersion is the version of instance metadata that a search for it speaks: one
// for a session token is of version 2. Where there is none, nothing else can be.
func probeVersion(p ledger.Probe) string {
	if p.Method == http.MethodPut {
		return "2"
	}
	return "1"
}

// opened is the answer of a file that was opened.
const opened = "opened"

// noteOpens notes how often files of the host were opened, if that could be seen of
// each.
func noteOpens(r *ledger.Result, paths []string, a *ledger.Asked) {
	seen := 0
	for _, f := range r.Files {
		if !f.Seen || !slices.Contains(paths, f.Declared) {
			continue
		}
		seen++
		if f.Count > 0 {
			answer := opened
			if f.Program {
				answer = "started"
			}
			a.Note(f.First, f.Count, answer)
			a.Last = f.Last
		}
	}
	a.Seen = seen == len(paths)
}
