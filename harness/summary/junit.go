package summary

import (
	"cmp"
	"io"
	"time"

	"github.com/hostproof/hostproof/harness/junit"
	"github.com/hostproof/hostproof/harness/ledger"
)

// WriteJUnit writes a result, of a run that began at a time, as JUnit XML: the host is a
// suite, the run a test case. It fails where the run is not fine, with the first problem
// in a line and the whole result as its text.
func WriteJUnit(w io.Writer, r *ledger.Result, began time.Time) error {
	took := junit.Seconds(r.Duration)
	c := junit.Case{Name: r.Scrub(r.Subject), ClassName: "run." + r.Host, Time: took}
	if r.Fine() {
		c.SystemOut = r.Scrub(r.String())
	} else {
		c.Failure = failure(r)
	}
	return junit.Suites{Name: "hostproof run", Time: took, Suites: []junit.Suite{
		{Name: r.Host, Time: took, Timestamp: junit.Stamp(began), Cases: []junit.Case{c}},
	}}.Write(w)
}

// failure is why a run is not fine.
func failure(r *ledger.Result) *junit.Problem {
	p := junit.Problem{
		Type:    "not-fine",
		Text:    r.Scrub(r.String()),
		Message: cmp.Or(r.Headline(), "the run is not fine"),
	}
	if problems := r.Diagnosis.Problems(); len(problems) > 0 {
		p.Type, p.Message = string(problems[0].Kind), r.Scrub(problems[0].What)
	}
	if r.Interrupted != "" {
		p.Type, p.Message = "interrupted", "the run was cut off: "+r.Interrupted
	}
	return &p
}
