package deploy

import (
	"context"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/leak"
	"github.com/hostproof/hostproof/harness/ledger"
)

// run is one run of a subject.
type run struct {
	ctx        context.Context
	deployment *Deployment
	execution  *execution
	running    *running
	result     *ledger.Result
	since      int64 // the last exchange before it
	started    time.Time
	stopped    bool    // as its caller asked
	port       uint16  // at which it serves; 0 for a subject that is no server
	visits     *visits // what it was asked there; nil for a subject that is no server
}

// begin starts a subject. Until finish no other one runs.
func (d *Deployment) begin(ctx context.Context, s Subject) (*run, error) {
	d.run.Lock()
	x := &run{ctx: ctx, deployment: d, result: &ledger.Result{Host: d.site.host.Name, Subject: s.Name(),
		Mock: d.mockMode}}
	if err := x.begin(s); err != nil {
		d.run.Unlock()
		return nil, err
	}
	return x, nil
}

func (x *run) begin(s Subject) error {
	d := x.deployment
	before, err := d.mock.Admin.Journal(x.ctx, 0)
	if err != nil {
		return err
	}
	if err := d.clock.sync(x.ctx); err != nil {
		return err
	}
	d.points.clear()
	if len(before) > 0 {
		x.since = before[len(before)-1].Seq
	}
	if x.execution, err = d.execution(x.ctx, s); err != nil {
		return err
	}
	if c, ok := s.(*CommandSubject); ok && d.clock.subject == nil {
		if x.execution.built, err = c.build(x.ctx, x.execution); err != nil {
			return err
		}
	}
	backend := x.execution.backend
	x.result.Isolation, x.result.Blind = string(backend.Name()), backend.Blind()
	if x.result.Blind != "" {
		x.result.Limits = backend.Limits()
		x.result.Why = d.why
	}
	d.env.watchFiles(backend.Name())
	x.started = time.Now()
	hard, cancel := outlasting(x.ctx)
	x.execution.ctx = hard
	if x.running, err = s.begin(hard, x.execution); err != nil {
		cancel(err)
		d.env.seenFiles(backend.Name())
		return err
	}
	go x.patiently(cancel)
	return nil
}

// finish waits for the subject's end and tells what became of it.
func (x *run) finish() (*ledger.Result, error) {
	d, r := x.deployment, x.result
	defer d.run.Unlock()
	out, err := x.running.wait()
	r.Files = d.env.seenFiles(x.execution.backend.Name())
	if err != nil {
		return nil, err
	}
	x.describe(out)
	// The subject's time may be up; what it did is still wanted.
	if r.Exchanges, err = d.mock.Admin.Journal(context.WithoutCancel(x.ctx), x.since); err != nil {
		return nil, err
	}
	r.Probes, r.Lookups, r.NameFailures = d.points.metadata.take(), d.points.takeLookups(), d.points.takeNameFailures()
	if r.Unstruck, err = d.points.unstruck(context.WithoutCancel(x.ctx)); err != nil {
		return nil, err
	}
	r.AssignCalls(time.Until(d.Now()))
	secrets, err := d.ids.secretValues(context.WithoutCancel(x.ctx), d.points.tokens)
	if err != nil {
		return nil, err
	}
	r.KeepSecrets(secrets)
	r.ShowAnswers()
	known := d.ids.known()
	d.env.addKnown(&known)
	if !withoutLedger {
		r.Diagnosis, r.Ledger = diagnose.Run(r, known)
	}
	x.noteInterrupt()
	if err := leak.Register(secrets); err != nil {
		return nil, err
	}
	if d.settings.Finished != nil {
		d.settings.Finished(r)
	}
	return r, ledger.Unsupported(r.Exchanges)
}

func (x *run) describe(out *outcome) {
	r, env := x.result, x.execution.env
	r.Duration = time.Since(x.started)
	r.ExitCode, r.Signal, r.TimedOut, r.Err = out.exitCode, out.signal, out.timedOut, out.err
	if r.Stopped = x.stopped && out.killed; r.Stopped {
		r.ExitCode, r.Signal, r.Err = 0, "", nil // that is how it was stopped
	}
	r.Stdout, r.Stderr = out.stdout, out.stderr
	r.Refused, r.TLSFailures, r.Unrecorded = out.refused, out.tlsFailures, out.unrecorded
	r.Met = out.met
	r.Listening, r.Port = out.listening, x.port
	if x.visits != nil {
		r.Visits = x.visits.all()
	}
	for _, kv := range out.wiring {
		name, value, _ := strings.Cut(kv, "=")
		env.Set(ledger.Variable{Name: name, Value: value, SetBy: ledger.ByWiring})
	}
	r.Environment, r.Hidden = env.Variables(), env.Hidden()
}

// Run runs a subject to its end. An error means that the harness failed, or
// with a result and an *UnsupportedError, that the subject called what the
// mock has not. Subjects of one deployment run one after another.
func (d *Deployment) Run(ctx context.Context, s Subject) (*ledger.Result, error) {
	x, err := d.begin(ctx, s)
	if err != nil {
		return nil, err
	}
	return x.finish()
}
