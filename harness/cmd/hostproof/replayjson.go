package main

import (
	"github.com/hostproof/hostproof/harness/casefile"
	"github.com/hostproof/hostproof/harness/contract"
)

// replayedJSON is what became of cases, for a program to read.
type replayedJSON struct {
	OK    bool       `json:"ok"`
	Cases []caseJSON `json:"cases"`
}

// caseJSON is what became of a case.
type caseJSON struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Error says why it could not be replayed.
	Error string    `json:"error,omitempty"`
	Runs  []runJSON `json:"runs"`
}

// runJSON is what became of one run of a case.
type runJSON struct {
	Name   string           `json:"name"` // broken, fixed or workaround
	Host   string           `json:"host"`
	OK     bool             `json:"ok"`
	Checks []checkJSON      `json:"checks"`
	Result *contract.Result `json:"result"`
}

// checkJSON is one expectation of a run.
type checkJSON struct {
	Expected string `json:"expected"`
	Got      string `json:"got"`
	OK       bool   `json:"ok"`
}

// add takes in what became of a case.
func (j *replayedJSON) add(k *casefile.Case, r replayed, ok bool) {
	of := caseJSON{Name: k.Name, OK: ok, Runs: []runJSON{}}
	if r.err != nil {
		of.Error = r.err.Error()
	} else {
		of.Runs = runsJSON(r.outcome)
	}
	j.OK = j.OK && ok
	j.Cases = append(j.Cases, of)
}

func runsJSON(o *casefile.Outcome) []runJSON {
	out := []runJSON{}
	for i := range o.Runs {
		run := &o.Runs[i]
		checks := []checkJSON{}
		for _, c := range run.Checks {
			checks = append(checks, checkJSON{c.Expected, c.Got, c.OK})
		}
		out = append(out, runJSON{run.Run.Name, run.Host, run.OK(), checks, contract.Of(run.Result)})
	}
	return out
}
