package diagnose

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/headline"
	"github.com/hostproof/hostproof/harness/ledger"
)

// ServerError is the kind of a request that the program answered with a status of
// 500 or more, or not at all.
const ServerError ledger.Kind = "server-error"

const docHTTP = "https://www.rfc-editor.org/rfc/rfc9110.html#name-server-error-5xx"

// judgeVisits tells of each request that failed what the first rule says that
// fits, of requests that failed alike once. It has nothing to say of a server that
// never answered: the rules of the run do.
func judgeVisits(d *diagnosis) (out []ledger.Finding) {
	if !d.result.Answered() {
		return nil
	}
	seen := map[string]bool{}
	for i := range d.result.Visits {
		v := &d.result.Visits[i]
		if key := v.String() + string(v.Body); !seen[key] {
			seen[key] = true
			out = append(out, d.judgeVisit(v)...)
		}
	}
	return out
}

func (d *diagnosis) judgeVisit(v *ledger.Visit) []ledger.Finding {
	d.about = &saying{string(v.Body), "answered"}
	defer func() { d.about = nil }()
	for _, r := range visitRules {
		if t, ok := r.tell(d, v); ok {
			return []ledger.Finding{r.fact.finding(r.id, t)}
		}
	}
	return nil
}

// lackInAnswer: the answer says that the program found no credentials.
func lackInAnswer(d *diagnosis, v *ledger.Visit) (telling, bool) {
	line, _ := d.endOfSearch()
	if line == "" && v.Broken() && len(v.Calls) == 0 {
		line, _ = d.quoted(lack)
	}
	if line == "" {
		return telling{}, false
	}
	t := telling{
		what:   fmt.Sprintf("%s: the program found no credentials, and said %q.", d.result.Scrub(v.String()), line),
		change: "Pass the program the credentials that this host has, or run it on a host that has what it looks for",
	}
	d.explainLack(&t)
	return t, true
}

// serverError: the program failed to answer, and no refused AWS call of that
// request, which has a finding of its own, says why.
func serverError(d *diagnosis, v *ledger.Visit) (telling, bool) {
	if !v.Broken() || d.refusedDuring(v) {
		return telling{}, false
	}
	t := telling{
		what:   d.result.Scrub(v.String()) + d.bodyOf(v) + ".",
		why:    "No AWS call of this run was refused, and nothing in the answer speaks of credentials.",
		change: "See the program's own output for the error",
	}
	if call := d.firstRefused(); call != "" {
		t.why = call + " in this run, at another time. Nothing in the answer speaks of credentials."
	}
	return t, true
}

// refusedDuring reports whether an AWS call was refused while a request was
// answered.
func (d *diagnosis) refusedDuring(v *ledger.Visit) bool {
	for _, seq := range v.Calls {
		for i := range d.result.Exchanges {
			if e := &d.result.Exchanges[i]; e.Seq == seq && !e.Verdict.Accepted {
				return true
			}
		}
	}
	return false
}

// bodyOf quotes the beginning of an answer.
func (d *diagnosis) bodyOf(v *ledger.Visit) string {
	text := headline.OneLine(d.result.Scrub(strings.ToValidUTF8(string(v.Body), "")))
	if runes := []rune(text); len(runes) > maxQuote {
		text = string(runes[:maxQuote]) + "…"
	}
	if text == "" {
		return ""
	}
	return fmt.Sprintf(", with %q", text)
}

func (d *diagnosis) firstRefused() string {
	for i := range d.result.Exchanges {
		if e := &d.result.Exchanges[i]; !e.Verdict.Accepted {
			return fmt.Sprintf("%s was refused (call #%d)", e.Call, e.Seq)
		}
	}
	return ""
}
