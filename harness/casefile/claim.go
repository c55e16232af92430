package casefile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// Check is one expectation and what became of it.
type Check struct {
	Expected string
	Got      string // in words; what was found instead, where it failed
	OK       bool
}

// claim is one expectation: what it says, and a look at the result that gives
// what was found, with whether that is as expected.
type claim struct {
	says string
	look func(*harness.Result) (got string, ok bool)
}

// claims takes an expectation apart.
func (e Expectation) claims() (out []claim) {
	if e.Exit != nil {
		out = append(out, exits(*e.Exit))
	}
	for _, part := range e.Stdout {
		out = append(out, prints("standard output", part, func(r *harness.Result) []byte { return r.Stdout }))
	}
	for _, part := range e.Stderr {
		out = append(out, prints("standard error", part, func(r *harness.Result) []byte { return r.Stderr }))
	}
	for _, c := range e.Calls {
		out = append(out, c.claim())
	}
	if e.NoCalls {
		out = append(out, claim{"no AWS call is made", func(r *harness.Result) (string, bool) {
			return made(r), len(r.Exchanges) == 0
		}})
	}
	for _, f := range e.Findings {
		out = append(out, f.claim())
	}
	if e.NoProblems {
		out = append(out, claim{"the diagnosis finds nothing wrong", func(r *harness.Result) (string, bool) {
			return found(r.Diagnosis.Problems()), len(r.Diagnosis.Problems()) == 0
		}})
	}
	return out
}

// Check holds a result against the expectation.
func (e Expectation) Check(r *harness.Result) []Check {
	var out []Check
	for _, c := range e.claims() {
		got, ok := c.look(r)
		out = append(out, Check{Expected: c.says, Got: got, OK: ok})
	}
	return out
}

func exits(code int) claim {
	return claim{fmt.Sprintf("the program exits with %d", code), func(r *harness.Result) (string, bool) {
		switch {
		case r.TimedOut:
			return "its time was up", false
		case r.Signal != "":
			return "it was ended by signal: " + r.Signal, false
		}
		return fmt.Sprintf("it exited with %d", r.ExitCode), r.ExitCode == code
	}}
}

func prints(where, part string, stream func(*harness.Result) []byte) claim {
	return claim{fmt.Sprintf("%s has %q", where, part), func(r *harness.Result) (string, bool) {
		said := strings.TrimSpace(string(stream(r)))
		if strings.Contains(said, part) {
			return "it has", true
		}
		return where + " is " + quoted(r.Scrub(said)), false
	}}
}

// quoted shortens what a program said to what a person reads.
func quoted(text string) string {
	if text == "" {
		return "empty"
	}
	const most = 600
	if len(text) > most {
		text = "..." + text[len(text)-most:]
	}
	return fmt.Sprintf("%q", text)
}

func (c Call) claim() claim {
	says := fmt.Sprintf("%s is accepted as %s", c.Call, c.Accepted)
	if c.Refused != "" {
		says = fmt.Sprintf("%s is refused with %s", c.Call, c.Refused)
	}
	if c.Message != "" {
		says += fmt.Sprintf(" (%q)", c.Message)
	}
	if c.Region != "" {
		says += " in " + c.Region
	}
	if c.Nth > 0 {
		says = fmt.Sprintf("call %d of %s", c.Nth, says)
	}
	return claim{says, func(r *harness.Result) (string, bool) {
		calls := r.Calls(c.Call)
		if len(calls) == 0 {
			return made(r), false
		}
		if c.Nth > len(calls) {
			return fmt.Sprintf("there were %d", len(calls)), false
		}
		if c.Nth > 0 {
			calls = calls[c.Nth-1 : c.Nth]
		}
		for i := range calls {
			if !c.fits(&calls[i]) {
				return decided(&calls[i]), false
			}
		}
		return decided(&calls[0]), true
	}}
}

func (c Call) fits(e *exchange.Exchange) bool {
	if c.Region != "" && e.Region != c.Region {
		return false
	}
	if c.Refused != "" {
		return !e.Verdict.Accepted && e.Code == c.Refused && strings.Contains(e.Message, c.Message)
	}
	as, _ := path.Match(c.Accepted, e.Verdict.Principal) // a bad pattern matches nothing; parsing has checked it
	return e.Verdict.Accepted && as && e.Status < 300
}

func decided(e *exchange.Exchange) string {
	call := e.Call
	if e.Region != "" {
		call += " in " + e.Region
	}
	switch {
	case !e.Verdict.Accepted:
		return fmt.Sprintf("%s was refused with %s: %s", call, e.Code, e.Message)
	case e.Status >= 300:
		return fmt.Sprintf("%s was accepted as %s, and then failed: %d %s: %s", call, e.Verdict.Principal, e.Status,
			e.Code, e.Message)
	}
	return fmt.Sprintf("%s was accepted as %s", call, e.Verdict.Principal)
}

func made(r *harness.Result) string {
	var calls []string
	for i := range r.Exchanges {
		if d := decided(&r.Exchanges[i]); !slices.Contains(calls, d) {
			calls = append(calls, d)
		}
	}
	if len(calls) == 0 {
		return "no AWS call was made"
	}
	return strings.Join(calls, "; ")
}

func (f Finding) claim() claim {
	says := "the diagnosis is " + f.Kind
	if len(f.Variables) > 0 {
		says += " about " + strings.Join(f.Variables, ", ")
	}
	if len(f.Says) > 0 {
		says += fmt.Sprintf(", and says %q", f.Says)
	}
	return claim{says, func(r *harness.Result) (string, bool) {
		got := found(r.Diagnosis.Findings)
		for _, g := range r.Diagnosis.Findings {
			missing, fits := f.fits(g)
			if fits {
				return g.Paragraph(), true
			}
			if missing != "" {
				got = fmt.Sprintf("nothing in it says %q: %s", missing, g.Paragraph())
			}
		}
		return got, false
	}}
}

// fits reports whether a finding is the one that is expected; missing is the word
// that it lacks, if that is all.
func (f Finding) fits(g harness.Finding) (missing string, ok bool) {
	if string(g.Kind) != f.Kind {
		return "", false
	}
	for _, v := range f.Variables {
		if !slices.Contains(g.Variables, v) {
			return "", false
		}
	}
	text := strings.ToLower(g.Paragraph())
	for _, words := range f.Says {
		if !slices.ContainsFunc(strings.Split(strings.ToLower(words), "|"),
			func(word string) bool { return strings.Contains(text, word) }) {
			return words, false
		}
	}
	return "", true
}

func found(findings []harness.Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s", f.Kind, strings.Join(f.Variables, ", "))))
	}
	if len(out) == 0 {
		return "the diagnosis found nothing wrong"
	}
	return "the diagnosis is " + strings.Join(out, "; ")
}
