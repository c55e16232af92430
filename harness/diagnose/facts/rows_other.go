package facts

import (
	"fmt"
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
)

// others are the rows about what is no place with credentials: the host's further
// files, and the names, ports and TLS connections that came to nothing.
func others(r *ledger.Result, offers []Offered) (out []ledger.Row) {
	out = append(out, filesOf(r, offers)...)
	for _, n := range r.NameFailures {
		row := rowNamed(&out, ledger.OfName, n.Name)
		row.Asked.Note(n.Time, 1, "did not resolve, on purpose")
	}
	for _, a := range r.Refused {
		switch {
		case PlaceOf(a) != "":
		case a.Network == "dns":
			rowNamed(&out, ledger.OfName, a.Name).Asked.Note(a.Time, a.Count, "looked up, and not called")
		default:
			rowNamed(&out, ledger.OfPort, target(a)).Asked.Note(a.Time, a.Count, connectionRefused)
		}
	}
	for _, f := range r.TLSFailures {
		row := rowNamed(&out, ledger.OfTLS, f.Name)
		row.Asked.Seen = true
		row.Asked.Count += f.Count
		row.Asked.Answers = append(row.Asked.Answers, "TLS failed: "+f.Problem)
	}
	return out
}

// target is what an attempt was for: a name or an address, with the port.
func target(a seen.Attempt) string {
	name := a.Name
	if name == "" {
		name = a.Addr.String()
	}
	if a.Port == 0 {
		return fmt.Sprintf("%s (%s)", name, a.Network)
	}
	return fmt.Sprintf("%s port %d", name, a.Port)
}

// rowNamed is the row of this sort and name, made at need.
func rowNamed(rows *[]ledger.Row, sort ledger.Sort, name string) *ledger.Row {
	i := slices.IndexFunc(*rows, func(x ledger.Row) bool { return x.Sort == sort && x.Offer.Name == name })
	if i < 0 {
		*rows = append(*rows, ledger.Row{Sort: sort, Offer: fixtures.Offer{Name: name}})
		i = len(*rows) - 1
	}
	return &(*rows)[i]
}

// filesOf are the files of the host that are no place with credentials themselves,
// such as a profile or the token of an endpoint.
func filesOf(r *ledger.Result, offers []Offered) (out []ledger.Row) {
	for _, f := range r.Files {
		of := func(o Offered) bool { return o.Endpoint == "" && slices.Contains(o.Files, f.Declared) }
		if slices.ContainsFunc(offers, of) {
			continue
		}
		row := ledger.Row{Sort: ledger.OfFile, There: true, Offer: fixtures.Offer{Name: "the file " + f.Declared,
			Files: []string{f.Declared}}}
		if f.Program {
			row.Sort = ledger.OfProcess
		}
		for _, v := range r.Environment {
			if v.Value == f.Path {
				row.Offer.Variables = append(row.Offer.Variables, v.Name)
			}
		}
		noteOpens(r, row.Offer.Files, &row.Asked)
		out = append(out, row)
	}
	return out
}
