package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/casefile"
	"github.com/hostproof/hostproof/harness/junit"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/sarif"
)

// replays are what became of cases, for the files that a CI system reads.
type replays struct {
	began    time.Time
	suites   []junit.Suite
	findings []sarif.Finding
}

// add takes in what became of a case: a suite with a test case for each of its runs.
func (a *replays) add(k *casefile.Case, r replayed, ok bool) {
	suite := junit.Suite{Name: k.Name, Timestamp: junit.Stamp(a.began)}
	if r.err != nil {
		suite.Cases = []junit.Case{{Name: "replay", ClassName: "replay." + k.Name,
			Error: &junit.Problem{Message: r.err.Error(), Type: "not-replayed", Text: r.err.Error()}}}
		a.suites = append(a.suites, suite)
		return
	}
	all := true
	for i := range r.outcome.Runs {
		run := &r.outcome.Runs[i]
		suite.Time += junit.Seconds(run.Result.Duration)
		suite.Cases = append(suite.Cases, caseOf(k, run))
		a.findings = append(a.findings, findingsOf(k, run)...)
		all = all && run.OK()
	}
	if all && !ok {
		suite.Cases = append(suite.Cases, junit.Case{Name: "inverted", ClassName: "replay." + k.Name,
			Failure: &junit.Problem{Message: "an expectation holds when it is turned round, too", Type: "inverted"}})
	}
	a.suites = append(a.suites, suite)
}

func caseOf(k *casefile.Case, run *casefile.RunOutcome) junit.Case {
	c := junit.Case{Name: run.Run.Name + " on " + run.Host, ClassName: "replay." + k.Name,
		Time: junit.Seconds(run.Result.Duration)}
	if failed := failedChecks(run); len(failed) > 0 {
		c.Failure = &junit.Problem{Message: failed[0], Type: string(sarif.Unexpected),
			Text: strings.Join(failed, "\n") + "\n\n" + run.Result.Scrub(run.Result.String())}
	}
	return c
}

// failedChecks are the expectations that do not hold, a line each.
func failedChecks(run *casefile.RunOutcome) (out []string) {
	for _, check := range run.Checks {
		if !check.OK {
			out = append(out, run.Result.Scrub(fmt.Sprintf("expected %s, got %s", check.Expected, check.Got)))
		}
	}
	return out
}

// findingsOf are the findings of a run, which the case is there to have, and the
// expectations that do not hold. They show in the case's file.
func findingsOf(k *casefile.Case, run *casefile.RunOutcome) []sarif.Finding {
	at := fileAt(k.File)
	out := sarif.Of(run.Result, at, at)
	for i := range out {
		out[i].Expected = true
	}
	for _, text := range failedChecks(run) {
		out = append(out, sarif.Finding{Host: run.Host, At: at, Finding: ledger.Finding{
			Kind: sarif.Unexpected, What: run.Run.Name + ": " + text + ".",
		}})
	}
	return out
}

// write writes the files that are named.
func (a *replays) write(f reportFlags) error {
	all := junit.Suites{Name: "hostproof replay", Time: junit.Seconds(time.Since(a.began)), Suites: a.suites}
	return f.write(all.Write, a.findings)
}
