package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// The elements of JUnit XML that CI systems agree on, as the schema of Jenkins'
// xUnit plugin has them
// (https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd).
// The types of jstemmer/go-junit-report do not fit: they are made for the output
// of go test, and write a count on <testsuites> that this schema refuses.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"` // seconds
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Time      string      `xml:"time,attr"`
		Timestamp string      `xml:"timestamp,attr"` // without a zone: UTC
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		Time      string        `xml:"time,attr"`
		Error     *junitProblem `xml:"error,omitempty"`
		Failure   *junitProblem `xml:"failure,omitempty"`
		Skipped   *junitSkip    `xml:"skipped,omitempty"`
		SystemOut string        `xml:"system-out,omitempty"`
	}
	junitSkip struct {
		Message string `xml:"message,attr"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes the report as JUnit XML: a suite a host, a test case a cell.
// A cell that is not as expected is a failure, one that was not judged an error;
// a refusal that was expected passes, with its diagnosis as output, and a cell
// that was not run is skipped.
func (r *Report) WriteJUnit(w io.Writer) error {
	all := junitSuites{Name: "hostproof matrix", Time: seconds(r.Duration)}
	for _, h := range r.Hosts {
		s := r.suite(h.Name)
		if s.Tests == 0 {
			continue // another shard has them
		}
		all.Suites = append(all.Suites, s)
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	}
	if r.Partial != "" {
		all.Suites = append(all.Suites, r.cutOff())
		all.Tests, all.Errors = all.Tests+1, all.Errors+1
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// cutOff says as an error that cells are missing: a CI system must not take what
// is there for all of it.
func (r *Report) cutOff() junitSuite {
	return junitSuite{
		Name: "partial report", Tests: 1, Errors: 1, Time: seconds(0),
		Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Cases: []junitCase{{
			Name: "the run was cut off", ClassName: "matrix.partial", Time: seconds(0),
			Error: &junitProblem{Message: r.Partial, Type: "partial", Text: "The other cells were not run."},
		}},
	}
}

func (r *Report) suite(host string) junitSuite {
	s := junitSuite{Name: host, Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05")}
	var spent time.Duration
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Host != host {
			continue
		}
		j := c.junit()
		s.Tests++
		switch {
		case j.Error != nil:
			s.Errors++
		case j.Failure != nil:
			s.Failures++
		case j.Skipped != nil:
			s.Skipped++
		}
		if c.Run != nil {
			spent += c.Run.Duration
		}
		s.Cases = append(s.Cases, j)
	}
	s.Time = seconds(spent)
	return s
}

func (c *Cell) junit() junitCase {
	j := junitCase{Name: c.Subject + " " + c.Strategy, ClassName: "matrix." + c.Host + "." +
		strings.ReplaceAll(c.Subject, ".", "_"), Time: "0.000"}
	if c.Run != nil {
		j.Time = seconds(c.Run.Duration)
	}
	var text strings.Builder
	c.writeText(&text)
	switch {
	case c.Outcome == Skipped:
		j.Skipped = &junitSkip{c.Problem}
	case c.Outcome == Broken:
		j.Error = &junitProblem{c.Problem, string(Broken), text.String()}
	case !c.AsExpected():
		j.Failure = &junitProblem{c.Unexpected, string(c.Outcome), text.String()}
	case c.Outcome != Accepted:
		j.SystemOut = text.String()
	}
	return j
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
