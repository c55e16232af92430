// Package junit writes JUnit XML, in which CI systems read the results of tests.
//
// It has the elements that CI systems agree on, as the schema of Jenkins' xUnit
// plugin has them
// (https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd).
// The types of jstemmer/go-junit-report do not fit: they are made for the output
// of go test, and write a count on <testsuites> that this schema refuses.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// The elements of a file. Texts may have any characters: those that XML does not
// allow are written as U+FFFD.
type (
	// Suites is the whole file. The counts are made of the suites when it is written.
	Suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     Seconds  `xml:"time,attr"`
		Suites   []Suite  `xml:"testsuite"`
	}
	// Suite is a list of test cases. Its counts are made when it is written.
	Suite struct {
		Name      string  `xml:"name,attr"`
		Tests     int     `xml:"tests,attr"`
		Failures  int     `xml:"failures,attr"`
		Errors    int     `xml:"errors,attr"`
		Skipped   int     `xml:"skipped,attr"`
		Time      Seconds `xml:"time,attr"`
		Timestamp string  `xml:"timestamp,attr"` // as Stamp makes it
		Cases     []Case  `xml:"testcase"`
	}
	// Case is one test. It passed where it has neither an error nor a failure and was
	// not skipped.
	Case struct {
		Name      string   `xml:"name,attr"`
		ClassName string   `xml:"classname,attr"` // viewers make a tree of its dots
		Time      Seconds  `xml:"time,attr"`
		Error     *Problem `xml:"error,omitempty"`   // it could not be judged
		Failure   *Problem `xml:"failure,omitempty"` // it went wrong
		Skipped   *Skip    `xml:"skipped,omitempty"`
		SystemOut string   `xml:"system-out,omitempty"`
	}
	// Skip says why a test was not run.
	Skip struct {
		Message string `xml:"message,attr"`
	}
	// Problem is what went wrong: in a line, by its kind, and in full.
	Problem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// Seconds is a duration, written in seconds with three places after the point.
type Seconds time.Duration

// MarshalText writes the duration.
func (s Seconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.3f", time.Duration(s).Seconds()), nil
}

// Stamp is a time as the attribute timestamp has it: in UTC, without a zone.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

// Write writes the file, with its counts.
func (all Suites) Write(w io.Writer) error {
	all.Tests, all.Failures, all.Errors = 0, 0, 0
	suites := make([]Suite, len(all.Suites))
	for i, s := range all.Suites {
		suites[i] = s.counted()
		all.Tests += suites[i].Tests
		all.Failures += suites[i].Failures
		all.Errors += suites[i].Errors
	}
	all.Suites = suites
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

// counted is the suite with its counts.
func (s Suite) counted() Suite {
	s.Tests, s.Failures, s.Errors, s.Skipped = len(s.Cases), 0, 0, 0
	for _, c := range s.Cases {
		switch {
		case c.Error != nil:
			s.Errors++
		case c.Failure != nil:
			s.Failures++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	return s
}
