package matrix

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/harness/report"
)

// Subject is a program of the matrix with its strategies.
type Subject struct {
	report.Subject
	// Project is what the subject is deployed with on a host; nil stands for what
	// hostproof run has by default.
	Project func(host *fixtures.Host) project.Project
	// New makes what is run for a strategy. It is called for each cell before
	// anything runs, and may install the program.
	New func(ctx context.Context, strategy string) (harness.Subject, error)

	own *project.Project // of a programs file; nil: none was written
}

// Builtin are the subjects that come with hostproof.
func Builtin() []Subject {
	var out []Subject
	for _, p := range subjects.Programs() {
		s := Subject{
			Subject: report.Subject{Name: p.Name, Title: p.Title, Library: p.Library, Call: p.Call},
			Project: BuiltinProject,
		}
		for _, way := range p.Strategies {
			s.Strategies = append(s.Strategies, report.Strategy{Name: way.Name, Title: way.Title})
		}
		s.New = func(ctx context.Context, strategy string) (harness.Subject, error) {
			argv, err := p.Argv(ctx, strategy)
			if err != nil {
				return nil, err
			}
			return harness.Command(argv[0], argv[1:]...), nil
		}
		out = append(out, s)
	}
	return out
}

// Plan is what is to be run: every subject with every of its strategies on
// every host.
type Plan struct {
	Hosts    []*fixtures.Host
	Subjects []Subject
}

// Selection narrows a plan; an empty list takes all.
type Selection struct {
	Hosts      []string // names, or patterns with "*"
	Subjects   []string // names, with or without "@version", or patterns
	Strategies []string
}

// NewPlan selects from hosts and subjects. A name that is none of theirs is an
// error that says which is near.
func NewPlan(catalog *fixtures.Catalog, all []Subject, s Selection) (*Plan, error) {
	p := &Plan{}
	hosts, err := pick("host", s.Hosts, catalog.Hosts(), func(h *fixtures.Host) []string { return []string{h.Name} })
	if err != nil {
		return nil, err
	}
	chosen, err := pick("subject", s.Subjects, all, func(s Subject) []string { return namesOf(s.Name) })
	if err != nil {
		return nil, err
	}
	p.Hosts, p.Subjects = hosts, chosen
	return p, p.narrow(s.Strategies)
}

// namesOf are the names by which a subject is called: with and without version.
func namesOf(subject string) []string {
	short, _, _ := strings.Cut(subject, "@")
	return []string{subject, short}
}

// narrow keeps the strategies that were asked for, and the subjects that have
// one of them.
func (p *Plan) narrow(wanted []string) error {
	var ways []string
	for _, s := range p.Subjects {
		for _, way := range s.Strategies {
			ways = append(ways, way.Name)
		}
	}
	slices.Sort(ways)
	picked, err := pick("strategy", wanted, slices.Compact(ways), func(s string) []string { return []string{s} })
	if err != nil {
		return err
	}
	var kept []Subject
	for _, s := range p.Subjects {
		s.Strategies = slices.DeleteFunc(slices.Clone(s.Strategies),
			func(way report.Strategy) bool { return !slices.Contains(picked, way.Name) })
		if len(s.Strategies) > 0 {
			kept = append(kept, s)
		}
	}
	p.Subjects = kept
	return nil
}

// pick takes from a list what any of the patterns names, in the list's order.
func pick[T any](what string, patterns []string, list []T, names func(T) []string) ([]T, error) {
	if len(patterns) == 0 {
		return list, nil
	}
	taken := map[int]bool{}
	for _, pattern := range patterns {
		found := false
		for i, item := range list {
			if slices.ContainsFunc(names(item), func(name string) bool { return fits(pattern, name) }) {
				taken[i], found = true, true
			}
		}
		if !found {
			return nil, unknown(what, pattern, list, names)
		}
	}
	var out []T
	for _, i := range slices.Sorted(maps.Keys(taken)) {
		out = append(out, list[i])
	}
	return out, nil
}

func unknown[T any](what, name string, list []T, names func(T) []string) error {
	var all, first []string
	for _, item := range list {
		all = append(all, names(item)...)
		first = append(first, names(item)[0])
	}
	meant := "."
	if near := fixtures.Nearest(name, all); near != "" {
		meant = ": did you mean " + near + "?"
	}
	return fmt.Errorf("no %s %q%s There are: %s", what, name, meant, strings.Join(first, ", "))
}

// fits reports whether a name fits a pattern, in which "*" stands for anything.
func fits(pattern, name string) bool {
	head, tail, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == name
	}
	rest, ok := strings.CutPrefix(name, head)
	if !ok {
		return false
	}
	for i := range len(rest) + 1 {
		if fits(tail, rest[i:]) {
			return true
		}
	}
	return false
}

// cell is one run to be made.
type cell struct {
	host     *fixtures.Host
	subject  *Subject
	strategy string
}

// project is what the cell is deployed with: the subject's, with more over it.
func (c *cell) project(over project.Project) project.Project {
	var own project.Project
	if c.subject.Project != nil {
		own = c.subject.Project(c.host)
	}
	return over.Over(own).On(c.host)
}

// CheckProject finds settings that could have no effect on any host of the plan:
// its subjects' settings, and those that override them.
func (p *Plan) CheckProject(over project.Project) error {
	if err := over.Check(p.Hosts); err != nil {
		return err
	}
	for i := range p.Subjects {
		s := &p.Subjects[i]
		if s.own == nil {
			continue
		}
		if err := s.own.Check(p.Hosts); err != nil {
			return fmt.Errorf("program %s: %w", s.Name, err)
		}
	}
	return nil
}

// cells lists the plan's runs in the report's order: hosts, subjects,
// strategies.
func (p *Plan) cells() (out []cell) {
	for _, h := range p.Hosts {
		for i := range p.Subjects {
			for _, way := range p.Subjects[i].Strategies {
				out = append(out, cell{h, &p.Subjects[i], way.Name})
			}
		}
	}
	return out
}

// Size is the number of cells.
func (p *Plan) Size() int { return len(p.cells()) }

// part are the cells of a shard: every n-th, so that the slow subjects are
// spread over all shards.
func (p *Plan) part(shard *report.Shard) []cell {
	all := p.cells()
	if shard == nil {
		return all
	}
	var out []cell
	for i := shard.Index - 1; i < len(all); i += shard.Total {
		out = append(out, all[i])
	}
	return out
}
