package contract

import (
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// Version is the version of the form, as the key "version" has it.
const Version = 1

// Result is what became of one run of a program on a host.
type Result struct {
	// Version is the version of this form.
	Version int `json:"version"`
	// OK says that nothing is wrong: the program ended well, no AWS call was refused,
	// and there are no problems. Hazards do not count.
	OK bool `json:"ok"`
	// Problems are the findings about what failed.
	Problems []ledger.Finding `json:"problems"`
	// Hazards are the findings about what worked in this run and may not go on to.
	Hazards []ledger.Finding `json:"hazards"`
	// Headline is the line of the program's output that names its error; empty where it
	// said nothing.
	Headline string `json:"headline"`
	// Text is the result for a person, as hostproof run prints it, with the last lines
	// that the program printed.
	Text string `json:"text"`
	// Stdout is the end of what the program printed to standard output, at most 1 MiB,
	// with its secrets replaced by the names of their variables.
	Stdout string `json:"stdout"`
	// Stderr is the same of standard error.
	Stderr string `json:"stderr"`
	// Traces say where each part of a call's credentials came from. There is one for each
	// exchange that carried credentials.
	Traces []ledger.Trace `json:"traces"`

	ledger.Result
}

// Of is a run's result in the form that others read.
func Of(r *ledger.Result) *Result {
	return &Result{
		Version:  Version,
		OK:       r.Fine(),
		Problems: r.Diagnosis.Problems(),
		Hazards:  r.Diagnosis.Hazards(),
		Headline: r.Headline(),
		Text:     ledger.InFull(r).String(),
		Stdout:   printed(r, r.Stdout),
		Stderr:   printed(r, r.Stderr),
		Traces:   r.Diagnosis.Traces,
		Result:   *r,
	}
}

// maxPrinted bounds what is shown of a stream, in bytes.
const maxPrinted = 1 << 20

// printed is the end of what a program printed, without secrets. They are replaced
// before it is cut, for half a secret is not recognised.
func printed(r *ledger.Result, stream []byte) string {
	text := r.Scrub(strings.ToValidUTF8(string(stream), "\uFFFD"))
	if extra := len(text) - maxPrinted; extra > 0 {
		text = strings.ToValidUTF8(text[extra:], "")
	}
	return text
}

// MarshalJSON writes the result by the rules of this package.
func (r *Result) MarshalJSON() ([]byte, error) { return marshal(r) }

// Calls are AWS calls that no run of a program accounts for.
type Calls struct {
	Exchanges []exchange.Exchange `json:"exchanges"`
}

// CallsOf are calls in the form that others read.
func CallsOf(exchanges []exchange.Exchange) *Calls { return &Calls{exchanges} }

// MarshalJSON writes the calls by the rules of this package.
func (c *Calls) MarshalJSON() ([]byte, error) { return marshal(c) }
