package casefile

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/mockaws/fault"
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
	if c.Timeout < 0 {
		p.say(line, "timeout is %v: a run needs more than no time", c.Timeout)
	}
	for _, r := range c.Runs() {
		if r.Timeout < 0 {
			p.say(line, "%s: timeout is %v: a run needs more than no time", r.Name, r.Timeout)
		}
		for _, problem := range append(c.merge(r).problems(), r.Expect.problems()...) {
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
	if s.Isolation != "" && s.Isolation != anyIsolation && s.Isolation != sandboxOnly {
		say("isolation is %q: want sandbox or any", s.Isolation)
	}
	if len(s.Libraries) > 0 && s.Subject == "" {
		say("libraries without a subject to take them from")
	}
	for _, text := range s.Faults {
		if _, err := fault.Parse(text); err != nil {
			say("%v", err)
		}
	}
	for _, name := range s.Buckets {
		if err := harness.CheckBucketName(name); err != nil {
			say("%v", err)
		}
	}
	for _, u := range s.Users {
		switch {
		case u.Name == "":
			say("a user without a name")
		case len(u.Key) != 0 && len(u.Key) != 2:
			say("user %s: key is %q: want two variables, for the id and the secret", u.Name, u.Key)
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
