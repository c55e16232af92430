package matrix

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/internal/plural"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/harness/report"
)

// Options say how a plan is run.
type Options struct {
	Shard     *report.Shard // nil: all of it
	Parallel  int           // runs at a time; 0 stands for one a processor
	Isolation isolation.Mode
	// Project overrides the settings of each subject's own project; its Isolation is
	// the one above.
	Project  project.Project
	Catalog  *fixtures.Catalog
	Expected *Expected // nil: nothing is known
	// Required reports whether a tool, such as "cargo", must be there. A subject
	// that lacks a tool which is not required is skipped; nil requires them all.
	Required func(tool string) bool
	Progress Progress // nil: none
}

// Progress receives what happens, one call at a time.
type Progress interface {
	Installing(subject string)
	Begin(cells int)
	Started(name string)
	Finished(c *report.Cell)
	End()
}

// Run runs a plan. An error means that a subject cannot be installed, for another
// reason than a tool that may be missing, or that ctx ended; a run that the
// harness could not make is a cell of outcome broken. If ctx ended while cells
// ran, the report of those that were done comes with the error, which is ctx's
// cause, and says that it is partial.
func Run(ctx context.Context, p *Plan, o Options) (*report.Report, error) {
	if o.Progress == nil {
		o.Progress = silent{}
	}
	if o.Parallel <= 0 {
		o.Parallel = runtime.GOMAXPROCS(0)
	}
	start := time.Now()
	r := &report.Report{Schema: report.Schema, Started: start.UTC().Truncate(time.Second), Shard: o.Shard,
		Planned: p.Size()}
	for _, h := range p.Hosts {
		r.Hosts = append(r.Hosts, report.DescribeHost(h))
	}
	for _, s := range p.Subjects {
		r.Subjects = append(r.Subjects, s.Subject)
	}
	runs, err := prepare(ctx, p.part(o.Shard), o)
	if err != nil {
		return nil, err
	}
	o.Progress.Begin(len(runs))
	all(ctx, runs, o)
	o.Progress.End()
	r.Cells = make([]report.Cell, 0, len(runs))
	for _, run := range runs {
		if run.done {
			r.Cells = append(r.Cells, run.out)
		}
	}
	r.Duration = time.Since(start)
	if ctx.Err() != nil {
		r.Partial = fmt.Sprintf("%v after %d of %s", context.Cause(ctx), len(r.Cells), plural.Count(len(runs), "cell"))
		return r, context.Cause(ctx)
	}
	return r, nil
}

// oneRun is a cell with what is run for it, and what came of it.
type oneRun struct {
	cell
	program harness.Subject
	out     report.Cell
	done    bool
}

// prepare makes the subjects, which may install them.
func prepare(ctx context.Context, cells []cell, o Options) ([]*oneRun, error) {
	var runs []*oneRun
	told := map[string]bool{}
	for _, c := range cells {
		if !told[c.subject.Name] {
			told[c.subject.Name] = true
			o.Progress.Installing(c.subject.Name)
		}
		program, err := c.subject.New(ctx, c.strategy)
		if o.mayLack(err) {
			skipped := report.Cell{Host: c.host.Name, Subject: c.subject.Name, Strategy: c.strategy,
				Status: report.Status{Outcome: report.Skipped}, Problem: err.Error()}
			runs = append(runs, &oneRun{cell: c, out: skipped, done: true})
			continue
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			return nil, fmt.Errorf("subject %s: %w; leave it out with --subjects", c.subject.Name, err)
		}
		runs = append(runs, &oneRun{cell: c, program: program})
	}
	return runs, nil
}

// mayLack reports whether an error says that a tool is missing which need not be
// there.
func (o *Options) mayLack(err error) bool {
	var missing *subjects.MissingToolError
	return errors.As(err, &missing) && o.Required != nil && !o.Required(missing.Tool)
}

// all makes the runs. Programs run in parallel. Go functions change this
// process's environment while they run, so that each of them runs alone, after
// the programs.
func all(ctx context.Context, runs []*oneRun, o Options) {
	var programs, functions []*oneRun
	told := &serial{to: o.Progress}
	for _, r := range runs {
		switch r.program.(type) {
		case nil:
			told.finished(&r.out) // skipped
		case *deploy.FuncSubject:
			functions = append(functions, r)
		default:
			programs = append(programs, r)
		}
	}
	inParallel(ctx, programs, o.Parallel, o, told)
	inParallel(ctx, functions, 1, o, told)
}

func inParallel(ctx context.Context, runs []*oneRun, workers int, o Options, told *serial) {
	queue := make(chan *oneRun)
	var wg sync.WaitGroup
	for range min(workers, len(runs)) {
		wg.Go(func() {
			for r := range queue {
				told.started(r.host.Name + " / " + r.subject.Name + " / " + r.strategy)
				r.make(ctx, o)
				if r.done = ctx.Err() == nil; r.done { // else the run was cut off, and says nothing
					told.finished(&r.out)
				}
			}
		})
	}
	for _, r := range runs {
		if ctx.Err() != nil {
			break
		}
		queue <- r
	}
	close(queue)
	wg.Wait()
}

// make runs the subject in a deployment of its own.
func (r *oneRun) make(ctx context.Context, o Options) {
	r.out = report.Cell{Host: r.host.Name, Subject: r.subject.Name, Strategy: r.strategy}
	project := r.cell.project(o.Project)
	result, err := r.deploy(ctx, project, o)
	if result != nil {
		r.out.Run, r.out.Status = report.Of(result, r.host)
		r.out.Run.Settings = settings(project)
	}
	if err != nil {
		r.out.Outcome, r.out.Problem = report.Broken, err.Error()
	}
	o.Expected.judge(&r.out)
}

// settings are the flags of a project that say what it is; where it ran is not
// among them.
func settings(p project.Project) []string {
	p.Isolation, p.Mock, p.Timeout = "", "", nil
	return p.Flags()
}

func (r *oneRun) deploy(ctx context.Context, p project.Project, o Options) (*harness.Result, error) {
	if o.Isolation != "" {
		p.Isolation = o.Isolation
	}
	opts := []harness.Option{harness.With(p.WithUser())}
	if o.Catalog != nil {
		opts = append(opts, harness.WithFixtures(o.Catalog))
	}
	d, err := harness.Start(ctx, r.host.Name, opts...)
	if err != nil {
		return nil, err
	}
	result, err := d.Run(ctx, r.program)
	return result, errors.Join(err, d.Close(context.WithoutCancel(ctx)))
}

// serial tells progress one thing at a time.
type serial struct {
	mu sync.Mutex
	to Progress
}

func (s *serial) started(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to.Started(name)
}

func (s *serial) finished(c *report.Cell) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to.Finished(c)
}

type silent struct{}

func (silent) Installing(string)     {}
func (silent) Begin(int)             {}
func (silent) Started(string)        {}
func (silent) Finished(*report.Cell) {}
func (silent) End()                  {}
