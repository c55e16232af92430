package report

import (
	"io"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/junit"
)

// WriteJUnit writes the report as JUnit XML: a suite a host, a test case a cell.
// A cell that is not as expected is a failure, one that was not judged an error;
// a refusal that was expected passes, with its diagnosis as output, and a cell
// that was not run is skipped.
func (r *Report) WriteJUnit(w io.Writer) error {
	all := junit.Suites{Name: "hostproof matrix", Time: junit.Seconds(r.Duration)}
	for _, h := range r.Hosts {
		s := r.suite(h.Name)
		if len(s.Cases) == 0 {
			continue // another shard has them
		}
		all.Suites = append(all.Suites, s)
	}
	if r.Partial != "" {
		all.Suites = append(all.Suites, r.cutOff())
	}
	return all.Write(w)
}

// cutOff says as an error that cells are missing: a CI system must not take what
// is there for all of it.
func (r *Report) cutOff() junit.Suite {
	return junit.Suite{
		Name: "partial report", Timestamp: junit.Stamp(r.Started),
		Cases: []junit.Case{{
			Name: "the run was cut off", ClassName: "matrix.partial",
			Error: &junit.Problem{Message: r.Partial, Type: "partial", Text: "The other cells were not run."},
		}},
	}
}

func (r *Report) suite(host string) junit.Suite {
	s := junit.Suite{Name: host, Timestamp: junit.Stamp(r.Started)}
	var spent time.Duration
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Host != host {
			continue
		}
		if c.Run != nil {
			spent += c.Run.Duration
		}
		s.Cases = append(s.Cases, c.junit())
	}
	s.Time = junit.Seconds(spent)
	return s
}

func (c *Cell) junit() junit.Case {
	j := junit.Case{Name: c.Subject + " " + c.Strategy, ClassName: "matrix." + c.Host + "." +
		strings.ReplaceAll(c.Subject, ".", "_")}
	if c.Run != nil {
		j.Time = junit.Seconds(c.Run.Duration)
	}
	var text strings.Builder
	c.writeText(&text)
	switch {
	case c.Outcome == Skipped:
		j.Skipped = &junit.Skip{Message: c.Problem}
	case c.Outcome == Broken:
		j.Error = &junit.Problem{Message: c.Problem, Type: string(Broken), Text: text.String()}
	case !c.AsExpected():
		j.Failure = &junit.Problem{Message: c.Unexpected, Type: string(c.Outcome), Text: text.String()}
	case c.Outcome != Accepted:
		j.SystemOut = text.String()
	}
	return j
}
