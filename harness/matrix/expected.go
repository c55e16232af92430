package matrix

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/report"
	"github.com/hostproof/hostproof/mockaws/yamlerr"
)

//go:embed expected/*.yaml
var expectedFiles embed.FS

// Expected is what is known to come of cells: rules, of which the first that
// fits a cell decides.
type Expected struct {
	rules []*rule
	hosts map[string]*knownHost // by name
}

// knownHost is a host, and the rules that stand in its folder and in those of the hosts
// that it extends.
type knownHost struct {
	*fixtures.Host
	// Those of the host stand before those of a host that it extends.
	first []*rule // name subjects or strategies: they come before the rules for all hosts
	last  []*rule // name neither: they come after them
}

// rule is one of them. Its lists hold names or patterns with "*"; an empty one
// fits everything.
type rule struct {
	Hosts      []string       `yaml:"hosts,omitempty,flow"`
	Subjects   []string       `yaml:"subjects,omitempty,flow"`
	Strategies []string       `yaml:"strategies,omitempty,flow"`
	Sets       []string       `yaml:"sets,omitempty,flow"`
	Lacks      []string       `yaml:"lacks,omitempty,flow"`
	Own        *ownOutcome    `yaml:"own,omitempty,flow"`
	Is         report.Outcome `yaml:"is"`
	As         string         `yaml:"as,omitempty"`
	Code       string         `yaml:"code,omitempty"`
	Finding    string         `yaml:"finding,omitempty"`
	Because    string         `yaml:"because,omitempty"`
	Source     string         `yaml:"source,omitempty"`

	from string // the file, and which of its rules
	fine bool   // in place of Is: what hostproof run exits with 0 for
}

// ownOutcome is what comes of the credentials that a host itself has: what the
// host's own rule says that names neither subjects nor strategies.
type ownOutcome struct {
	Is report.Outcome `yaml:"is,omitempty"`
	As string         `yaml:"as,omitempty"`
}

// fits says whether a host's rule is of that kind.
func (o *ownOutcome) fits(rules []*rule) bool {
	return len(rules) > 0 && (o.Is == "" || o.Is == rules[0].Is) && (o.As == "" || fits(o.As, rules[0].As))
}

// BuiltinExpected is what is known of the subjects that come with hostproof on
// the hosts of a catalog. Of a host, the rules in its expect.yaml that name
// subjects or strategies come first; then those for all hosts, in the order of the
// files' names; and then the host's rule that names neither, which says what comes
// of whatever takes the credentials that the host itself has. What a host does not
// say the one says that it extends. The error is about some host's expect.yaml, with
// its place.
func BuiltinExpected(catalog *fixtures.Catalog) (*Expected, error) {
	all := &Expected{rules: forAllHosts()}
	all.On(catalog)
	read := map[*fixtures.Expect][]*rule{}
	for _, h := range all.hosts {
		for _, x := range h.Expect() {
			if read[x] == nil {
				rules, err := readHostRules(x)
				if err != nil {
					return nil, err
				}
				read[x] = rules
			}
			h.take(read[x])
		}
	}
	return all, nil
}

// On says which hosts rules of one's own are about, for what they say of hosts'
// variables; by default those that come with hostproof.
func (e *Expected) On(catalog *fixtures.Catalog) {
	e.hosts = map[string]*knownHost{}
	for _, h := range catalog.Hosts() {
		e.hosts[h.Name] = &knownHost{Host: h}
	}
}

func (h *knownHost) take(rules []*rule) {
	for _, r := range rules {
		if len(r.Subjects)+len(r.Strategies) > 0 {
			h.first = append(h.first, r)
		} else {
			h.last = append(h.last, r)
		}
	}
}

// readHostRules reads a host's expect.yaml: rules as in [ReadExpected], without
// hosts, of which at most one names neither subjects nor strategies.
func readHostRules(x *fixtures.Expect) ([]*rule, error) {
	e, err := ReadExpected(bytes.NewReader(x.Data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", x.File, err)
	}
	decided := ""
	for _, r := range e.rules {
		if len(r.Hosts) > 0 {
			return nil, fmt.Errorf(
				"%s: expectations, %s: names hosts: the file is about its own host, so leave that out",
				x.File, r.from)
		}
		if len(r.Subjects)+len(r.Strategies) == 0 {
			if decided != "" {
				return nil, fmt.Errorf(
					"%s: expectations, %s: names no subjects and no strategies, as %s does, which decides: keep one",
					x.File, r.from, decided)
			}
			decided = r.from
		}
	}
	for _, r := range e.rules {
		r.from = x.File + ", " + r.from
	}
	return e.rules, nil
}

// forAllHosts are the rules about subjects.
var forAllHosts = sync.OnceValue(func() []*rule {
	var all []*rule
	names, _ := fs.Glob(expectedFiles, "expected/*.yaml")
	for _, name := range names {
		data, err := expectedFiles.ReadFile(name)
		if err != nil {
			panic("harness/matrix: " + err.Error())
		}
		e, err := ReadExpected(bytes.NewReader(data))
		if err != nil {
			panic("harness/matrix: " + name + " is broken: " + err.Error())
		}
		for i, r := range e.rules {
			r.from = fmt.Sprintf("%s, rule %d", path.Base(name), i+1)
		}
		all = append(all, e.rules...)
	}
	return all
})

// AllAccepted expects what hostproof run exits with 0 for: that every call is
// accepted, the program ends well and the diagnosis finds no problem. That holds
// for programs of which nothing else was said. A program that makes no call and
// has no problem is fine, too, and shows nothing.
func AllAccepted() *Expected {
	return &Expected{rules: []*rule{{Is: report.Accepted, fine: true, from: "no expectations were given"}}}
}

// ReadExpected reads rules from YAML: a list of
//
//	hosts, subjects, strategies: [NAME, PATTERN*]  # which cells; left out: all
//	sets: [VARIABLE]                               # hosts that set each of these from the start, not empty
//	lacks: [VARIABLE]                              # hosts that set none of these
//	own: {is: refused, as: platform}               # hosts of whose own credentials that comes (expect.yaml)
//	is: accepted | refused | no-call | failed      # what comes of them
//	as: user app                                   # who calls, where that is known
//	code: UnrecognizedClientException              # AWS's code
//	finding: mixed-credentials                     # what the diagnosis finds first
//	because: why it is so                          # wanted unless accepted
//	source: owner/repository#1                     # public
//
// A subject's name fits with and without its "@version". The first rule that
// fits a cell decides. What "as", "code" and "finding" leave
// out is not looked at; they may be patterns too.
func ReadExpected(r io.Reader) (*Expected, error) {
	dec := yaml.NewDecoder(r)
	dec.KnownFields(true)
	e := &Expected{}
	e.On(fixtures.Builtin())
	switch err := dec.Decode(&e.rules); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("expectations: the file is empty: write at least - is: accepted")
	case err != nil:
		return nil, fmt.Errorf("expectations: %w", yamlerr.InWords(err, rule{}))
	}
	for i, rule := range e.rules {
		if err := rule.check(); err != nil {
			return nil, fmt.Errorf("expectations, rule %d: %w", i+1, err)
		}
		rule.from = fmt.Sprintf("rule %d", i+1)
	}
	return e, nil
}

// expectable are the outcomes that a rule may name.
var expectable = []report.Outcome{report.Accepted, report.Refused, report.NoCall, report.Failed}

func (r *rule) check() error {
	switch {
	case r == nil:
		return errors.New("is empty: write at least is: accepted")
	case r.Own != nil && r.Own.Is == "" && r.Own.As == "":
		return errors.New("own is empty: write what comes of the host's own credentials, as in own: {is: refused}")
	case r.Own != nil && r.Own.Is != "" && !slices.Contains(expectable, r.Own.Is):
		return fmt.Errorf("own: is: %q: write accepted, refused, no-call or failed", r.Own.Is)
	case !slices.Contains(expectable, r.Is):
		return fmt.Errorf("is: %q: write accepted, refused, no-call or failed", r.Is)
	case r.Is != report.Accepted && r.Because == "":
		return errors.New("has no because: say why these cells are not accepted")
	}
	return nil
}

// of returns the rule for a cell, or nil.
func (e *Expected) of(c *report.Cell) *rule {
	if e == nil {
		return nil
	}
	host := e.hosts[c.Host]
	for _, r := range e.about(host) {
		named := anyFits(r.Hosts, c.Host) && anyFits(r.Subjects, namesOf(c.Subject)...) &&
			anyFits(r.Strategies, c.Strategy)
		if named && r.fitsHost(host) {
			return r
		}
	}
	return nil
}

// about are the rules that are asked about a host, nil for one that is not known.
func (e *Expected) about(host *knownHost) []*rule {
	if host == nil {
		return e.rules
	}
	return slices.Concat(host.first, e.rules, host.last)
}

// fitsHost says whether a host has what the rule wants. Of a host that is not known
// nothing is said.
func (r *rule) fitsHost(host *knownHost) bool {
	if len(r.Sets)+len(r.Lacks) == 0 && r.Own == nil {
		return true
	}
	return host != nil && (r.Own == nil || r.Own.fits(host.last)) && !slices.ContainsFunc(r.Sets,
		func(name string) bool { return !host.Sets(name) }) &&
		!slices.ContainsFunc(r.Lacks, host.Sets)
}

func anyFits(patterns []string, names ...string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return fits(p, name) })
	})
}

// Judge compares all cells of a report with what is known of them.
func (e *Expected) Judge(r *report.Report) {
	for i := range r.Cells {
		if c := &r.Cells[i]; c.Outcome != report.Skipped {
			c.Expected = nil
			e.judge(c)
		}
	}
}

// judge compares a cell with what is known of it.
func (e *Expected) judge(c *report.Cell) {
	r := e.of(c)
	if r == nil {
		c.Unexpected = "nothing is known of this cell: add a rule to the expectations"
		return
	}
	c.Expected = &report.Expectation{
		Status:  report.Status{Outcome: r.Is, As: r.As, Code: r.Code, Finding: r.Finding},
		Because: strings.TrimSpace(r.Because), Source: r.Source,
	}
	defer noteTime(c)
	if r.fine {
		c.Unexpected = c.Problems()
		if c.Outcome == report.NoCall && c.Unexpected == "" {
			c.Expected.Outcome, c.Expected.Because = report.NoCall, idle
		}
		return
	}
	var off []string
	for _, part := range []struct{ what, want, got string }{
		{"outcome", string(r.Is), string(c.Outcome)}, {"caller", r.As, c.As}, {"code", r.Code, c.Code},
		{"finding", r.Finding, c.Finding},
	} {
		if part.want != "" && !fits(part.want, part.got) {
			off = append(off, fmt.Sprintf("%s %s, not %s", part.what, orNone(part.got), part.want))
		}
	}
	c.Unexpected = strings.Join(off, "; ")
}

// idle is why a program of one's own that made no call is as expected.
const idle = "It made no AWS call, and nothing speaks of a problem: this shows nothing of its credentials."

// noteTime says of an unexpected cell that its time was up, which is then likely
// to be why.
func noteTime(c *report.Cell) {
	if c.Unexpected != "" && c.Run != nil && c.Run.TimedOut {
		c.Unexpected += "; " + c.Run.TimeUp()
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// Coverage lists the cells of a plan of which nothing is known, and the rules
// that decide none of its cells, by file and number.
func (e *Expected) Coverage(p *Plan) (unknown, unused []string) {
	used := map[*rule]bool{}
	for _, c := range p.cells() {
		cell := &report.Cell{Host: c.host.Name, Subject: c.subject.Name, Strategy: c.strategy}
		if r := e.of(cell); r != nil {
			used[r] = true
		} else {
			unknown = append(unknown, cell.Name())
		}
	}
	for _, r := range e.all() {
		if !used[r] {
			unused = append(unused, r.from)
		}
	}
	return unknown, unused
}

// all are the rules, each once.
func (e *Expected) all() []*rule {
	all := slices.Clone(e.rules)
	for _, name := range slices.Sorted(maps.Keys(e.hosts)) {
		for _, r := range slices.Concat(e.hosts[name].first, e.hosts[name].last) {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all
}
