package facts

import (
	"fmt"
	"maps"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// Facts are what is known for certain of one run, or of one captured request.
type Facts struct {
	Result *ledger.Result
	// Env is the environment as the subject found it.
	Env *ledger.Environment
	Known
	// About is what is looked at alone of all that the subject said; nil: all of it.
	About *Said
	Rows  []ledger.Row
	// Others are the rows about what is no place with credentials: files, names, ports
	// and TLS connections.
	Others []ledger.Row
	// Have is which kinds of data are there at all.
	Have Needs
	// Calls are the AWS calls, in order.
	Calls []*Call
}

// Call is an AWS call with what is known of it.
type Call struct {
	*Facts
	*exchange.Exchange
	Trace   ledger.Trace
	Library library.Library
}

// Needs is a set of kinds of data.
type Needs uint

// The kinds of data that rules look at.
const (
	Calls       Needs = 1 << iota // the AWS calls and their verdicts
	Environment                   // the variables, the host's files and who issued what
	Offers                        // the places of the host that hand out credentials
	Lookups                       // requests to the host's credential endpoints
	Attempts                      // what else was tried: probes, refused connections, names, TLS
	Output                        // what the program printed, returned and answered
	Ending                        // how it ended, when, and at which ports it listened
)

// All are all kinds of data.
const All = Calls | Environment | Offers | Lookups | Attempts | Output | Ending

// OfRun are the facts of a run. The result is not changed.
func OfRun(r *ledger.Result, k Known) *Facts {
	d := &Facts{Result: r, Env: ledger.NewEnvironment(r.Environment), Known: k, Have: All}
	d.Issuers = map[string]string{} // a copy: calls of the run add to it
	maps.Copy(d.Issuers, k.Issuers)
	d.issued(r.Exchanges)
	for i := range r.Exchanges {
		c := &Call{Facts: d, Exchange: &r.Exchanges[i]}
		c.Trace = d.trace(c.Exchange)
		c.Library = library.Of(c.Header.Get("User-Agent"))
		d.Calls = append(d.Calls, c)
	}
	d.Rows = rows(r, d.Traces(), k.Offers, k.Ends)
	d.Others = others(r, k.Offers)
	return d
}

// OfRequest are the facts of one captured request, with what follows from its shape
// as its verdict. Where its values came from is not known.
func OfRequest(e *exchange.Exchange, l library.Library) *Call {
	d := &Facts{Result: &ledger.Result{}, Env: ledger.NewEnvironment(nil), Have: Calls}
	c := &Call{Facts: d, Exchange: e, Library: l}
	c.Trace = d.trace(e)
	d.Calls = []*Call{c}
	return c
}

// Captured reports whether this is a captured request, of whose host nothing is known.
func (d *Facts) Captured() bool { return d.Have&Environment == 0 }

// Traces say of each call with credentials where they came from.
func (d *Facts) Traces() (out []ledger.Trace) {
	for _, c := range d.Calls {
		if c.Presented.Scheme != "none" {
			out = append(out, c.Trace)
		}
	}
	return out
}

// From says where a part came from, as an insertion between commas; empty where
// that cannot be known.
func (d *Facts) From(p ledger.Part) string {
	if d.Captured() {
		return ""
	}
	return ", from " + p.From()
}

// issued notes which credentials were handed out by calls of the run itself.
func (d *Facts) issued(exchanges []exchange.Exchange) {
	for i := range exchanges {
		if e := &exchanges[i]; e.Issued != "" {
			d.Issuers[e.Issued] = fmt.Sprintf("answer to call #%d, %s", e.Seq, e.Call)
		}
	}
}

// needWords are the kinds of data in words.
var needWords = []struct {
	kind Needs
	word string
}{
	{Calls, "the AWS calls and their verdicts"},
	{Environment, "variables, files and who issued what"},
	{Offers, "the places of the host that hand out credentials"},
	{Lookups, "the requests to the host's endpoints"},
	{Attempts, "what else the program tried to reach"},
	{Output, "what the program printed and answered"},
	{Ending, "how the program ended"},
}

// String lists the kinds of data in words.
func (n Needs) String() string {
	var words []string
	for _, w := range needWords {
		if n&w.kind != 0 {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, "; ")
}
