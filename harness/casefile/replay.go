package casefile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
)

// Outcome is what became of a case.
type Outcome struct {
	Case *Case
	Runs []RunOutcome
}

// RunOutcome is what became of one run of a case.
type RunOutcome struct {
	Run    *Run
	Host   string
	Result *harness.Result
	Checks []Check
}

// OK reports whether everything was as expected.
func (o *Outcome) OK() bool {
	for _, r := range o.Runs {
		if !r.OK() {
			return false
		}
	}
	return true
}

// OK reports whether the run was as expected.
func (r *RunOutcome) OK() bool {
	for _, c := range r.Checks {
		if !c.OK {
			return false
		}
	}
	return true
}

// MissingError says that this machine lacks what a case needs: "sandbox", or a
// tool such as "node".
type MissingError struct {
	What string
	Err  error
}

// Error is one line that says what to do.
func (e *MissingError) Error() string { return e.Err.Error() }

// Unwrap is the reason.
func (e *MissingError) Unwrap() error { return e.Err }

// Replay deploys and runs a case, each run in a deployment of its own. An error
// means that the harness failed or lacks something (a *MissingError); a case
// that does not go as expected is an Outcome.
func Replay(ctx context.Context, c *Case, opts ...harness.Option) (*Outcome, error) {
	o := &Outcome{Case: c}
	for _, r := range c.Runs() {
		result, err := c.run(ctx, r, opts)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", c.Name, r.Name, err)
		}
		o.Runs = append(o.Runs, RunOutcome{Run: r, Host: c.merge(r).Host, Result: result,
			Checks: r.Expect.Check(result)})
	}
	return o, nil
}

func (c *Case) run(ctx context.Context, r *Run, opts []harness.Option) (_ *harness.Result, err error) {
	catalog, err := c.catalog()
	if err != nil {
		return nil, err
	}
	s, err := c.on(catalog, r)
	if err != nil {
		return nil, err
	}
	p := s.project()
	if b, err := isolation.Find(p.Isolation); err == nil {
		if err := b.Available(ctx); err != nil {
			return nil, &MissingError{string(b.Name()), err}
		}
	}
	w, err := newWorkspace(ctx, s, c.files, c.locksOf(r))
	var tool *subjects.MissingToolError
	if errors.As(err, &tool) {
		return nil, &MissingError{tool.Tool, err}
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.remove()) }()
	all := []harness.Option{harness.With(p), harness.WithFixtures(catalog)}
	all = slices.Concat(all, w.options(), opts)
	d, err := harness.Start(ctx, s.Host, all...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeIn(ctx, d)) }()
	argv := w.argv(s.Program)
	return d.Run(ctx, harness.Command(argv[0], argv[1:]...).In(w.dir))
}

func closeIn(ctx context.Context, d *harness.Deployment) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return d.Close(ctx)
}
