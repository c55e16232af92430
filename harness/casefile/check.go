package casefile

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
)

// check says what is wrong with a case that could be decoded.
func (p *parser) check(c *Case) {
	line := p.lineOf(settingsFile)
	if Classes[c.Class] == "" {
		p.say(line, "class is %q: want one of %s", c.Class, strings.Join(classNames(), ", "))
	}
	if c.Broken == nil {
		p.say(line, "has no run %q: the bug as it was reported", "broken")
	}
	if c.Fixed == nil && c.Workaround == nil {
		p.say(line, "has neither %q nor %q: say what works", "fixed", "workaround")
	}
	for _, r := range c.Runs() {
		for _, problem := range slices.Concat(c.merge(r).problems(), r.Expect.problems(), p.unlockedIn(c, r)) {
			p.say(line, "%s: %s", r.Name, problem)
		}
	}
}

func classNames() []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(Classes)) {
		out = append(out, string(k))
	}
	return out
}

func (s Settings) problems() (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if s.Host == "" {
		say("no host; hostproof hosts lists them")
	}
	if len(s.Program) == 0 {
		say("no program: give its argv")
	}
	if len(s.Libraries) > 0 && s.Subject == "" {
		say("libraries without a subject to take them from")
	}
	if len(s.Libraries) > 0 && len(s.Packages.Npm) > 0 {
		say("libraries of a subject and packages of npm: both would be node_modules, so name all under npm")
	}
	out = append(out, s.Packages.Problems()...)
	p := s.Project
	if p.Isolation == anyIsolation {
		p.Isolation = ""
	}
	if _, err := isolation.ParseMode(string(p.Isolation)); err != nil {
		say("isolation is %q: want sandbox or any, or else endpoint, container or auto", p.Isolation)
		p.Isolation = ""
	}
	for _, err := range p.Problems() {
		var of *project.Problem
		if errors.As(err, &of) {
			say("%s: %s", of.Key, of.Text)
		}
	}
	return out
}

func (e Expectation) problems() (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch {
	case len(e.Calls) == 0 && !e.NoCalls:
		say("expects neither calls nor noCalls")
	case len(e.Calls) > 0 && e.NoCalls:
		say("expects calls and noCalls")
	case e.Exit == nil:
		say("expects no exit code")
	}
	for _, c := range e.Calls {
		if c.Call == "" || (c.Accepted == "") == (c.Refused == "") {
			say("call %q: want its name, and either accepted with a principal or refused with a code", c.Call)
		}
		if _, err := path.Match(c.Accepted, ""); err != nil {
			say("call %s: accepted as %q, which is no pattern", c.Call, c.Accepted)
		}
		if c.Nth < 0 {
			say("call %s: nth is %d: the first is 1", c.Call, c.Nth)
		}
		if c.Message != "" && c.Refused == "" {
			say("call %s: a message is that of a refusal", c.Call)
		}
	}
	for _, f := range e.Findings {
		if f.Kind == "" {
			say("a finding without a kind")
		}
	}
	return out
}
