package report

import (
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
)

// Schema names the form of the JSON. Its number goes up when a reader of the
// former one would misread it; schema.json describes it.
const Schema = "hostproof-matrix/1"

// Report is a matrix of runs, or one shard of it: hosts x subjects x
// strategies.
type Report struct {
	Schema   string        `json:"schema"`
	Started  time.Time     `json:"started"`
	Duration time.Duration `json:"durationNs"`
	// Shard is what part of the plan the cells are; none when they are all of it.
	Shard   *Shard `json:"shard,omitempty"`
	Planned int    `json:"planned"` // cells of the whole plan
	// Partial says why cells are missing: the run was cut off. Empty: it was not.
	Partial  string    `json:"partial,omitempty"`
	Hosts    []Host    `json:"hosts"`
	Subjects []Subject `json:"subjects"`
	// Cells are in the order of hosts, subjects, strategies.
	Cells []Cell `json:"cells"`
}

// Shard is one of several parts of equal size.
type Shard struct {
	Index int `json:"index"` // from 1
	Total int `json:"total"`
}

// Host is a row of the matrix.
type Host struct {
	Name         string   `json:"name"`
	Title        string   `json:"title"`
	Summary      string   `json:"summary"`
	Basis        string   `json:"basis"` // what the host's shape rests on
	Phase        string   `json:"phase,omitempty"`
	NotSimulated []string `json:"notSimulated,omitempty"`
	// Facts say how it is known that the host sets a variable, by its name.
	Facts map[string]fixtures.Provenance `json:"facts,omitempty"`
}

// Subject is a group of columns, one for each strategy.
type Subject struct {
	Name       string     `json:"name"`
	Title      string     `json:"title"`
	Library    string     `json:"library"`
	Call       string     `json:"call"` // the AWS call that it makes
	Strategies []Strategy `json:"strategies"`
}

// Strategy is one way in which a subject gets its credentials.
type Strategy struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// Cell is one run: a subject with a strategy on a host.
type Cell struct {
	Host     string `json:"host"`
	Subject  string `json:"subject"`
	Strategy string `json:"strategy"`
	Status
	// Expected is what was known to come of it; nil where nothing is known.
	Expected *Expectation `json:"expected,omitempty"`
	// Unexpected says how the cell differs from that; empty when it does not.
	Unexpected string `json:"unexpected,omitempty"`
	// Problem is why there is no run: the harness failed, the mock could not judge
	// a call, or the machine lacks what the subject needs.
	Problem string `json:"problem,omitempty"`
	Run     *Run   `json:"run,omitempty"`
}

// Name is the cell in one line.
func (c *Cell) Name() string { return c.Host + " / " + c.Subject + " / " + c.Strategy }

// Outcome is what came of a cell.
type Outcome string

// The outcomes.
const (
	Accepted Outcome = "accepted" // every call was accepted, and the subject ended well
	Refused  Outcome = "refused"  // AWS refused a call
	NoCall   Outcome = "no-call"  // the subject made no AWS call at all
	Failed   Outcome = "failed"   // every call was accepted, and the subject failed all the same
	Broken   Outcome = "broken"   // nothing can be concluded: see the cell's problem
	Skipped  Outcome = "skipped"  // not run: the cell's problem says what this machine lacks
)

// Outcomes lists them all, best first.
var Outcomes = []Outcome{Accepted, Refused, NoCall, Failed, Broken, Skipped}

// Status is what came of a cell, in the fewest words.
type Status struct {
	Outcome Outcome `json:"outcome"`
	// As is who made the calls, for the last of them: "user app", "role app-task",
	// "platform" (the host's own identity), or an ARN.
	As   string `json:"as,omitempty"`
	Code string `json:"code,omitempty"` // AWS's code for the first refusal
	// Finding is the kind of the diagnosis's first finding.
	Finding string `json:"finding,omitempty"`
}

// Expectation is what is known to come of a cell, and why it does.
type Expectation struct {
	Status
	Because string `json:"because,omitempty"`
	Source  string `json:"source,omitempty"` // public: an address or owner/repository#number
}

// AsExpected reports whether the cell came out as it was known to. One that was
// skipped is nothing unexpected.
func (c *Cell) AsExpected() bool {
	return c.Outcome == Skipped || c.Expected != nil && c.Unexpected == ""
}

// Problems say why a cell is not fine, in a few words; empty where every call was
// accepted, the subject ended well and the diagnosis found no problem. A subject
// that made no call is fine, too.
func (c *Cell) Problems() string {
	is := word[c.Outcome]
	if c.Run == nil || c.Outcome == Refused || c.Outcome == Failed {
		return strings.TrimSuffix(is+", "+c.Code, ", ")
	}
	if r := c.Run; r.ExitCode != 0 || r.TimedOut || r.Signal != "" {
		return is + ", and the subject " + r.ending()
	}
	for _, f := range c.Run.Findings {
		if !f.Hazard {
			return is + ", and the diagnosis finds a problem: " + f.Kind
		}
	}
	return ""
}

// Skips are the subjects that were not run, in the report's order, each with the
// reason.
func (r *Report) Skips() []Skip {
	var out []Skip
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Outcome == Skipped && !slices.ContainsFunc(out, func(s Skip) bool { return s.Subject == c.Subject }) {
			out = append(out, Skip{c.Subject, c.Problem})
		}
	}
	return out
}

// Skip is a subject that was not run, and why: "there is no cargo: install ...".
type Skip struct{ Subject, Reason string }

// Unexpected counts the cells that did not come out as expected, or of which
// nothing was known.
func (r *Report) Unexpected() int {
	n := 0
	for i := range r.Cells {
		if !r.Cells[i].AsExpected() {
			n++
		}
	}
	return n
}

// Count says how many cells there are of each outcome.
func (r *Report) Count() map[Outcome]int {
	counts := map[Outcome]int{}
	for i := range r.Cells {
		counts[r.Cells[i].Outcome]++
	}
	return counts
}

// cells finds cells by host, subject and strategy.
func (r *Report) cells() map[[3]string]*Cell {
	out := make(map[[3]string]*Cell, len(r.Cells))
	for i := range r.Cells {
		c := &r.Cells[i]
		out[[3]string{c.Host, c.Subject, c.Strategy}] = c
	}
	return out
}
