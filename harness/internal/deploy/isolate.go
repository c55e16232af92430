package deploy

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/project"
)

// execution is what a subject runs in.
func (d *Deployment) execution(ctx context.Context, s Subject) (*execution, error) {
	backend, err := d.backendFor(s)
	if err != nil {
		return nil, err
	}
	l, env, err := d.env.lay(backend)
	if err != nil {
		return nil, err
	}
	if err := d.wireClock(s, env, l); err != nil {
		return nil, err
	}
	e := &execution{
		ctx: ctx, backend: backend, env: env, dir: d.env.dir, timeout: *d.settings.Timeout,
		stdout: d.settings.Stdout, stderr: d.settings.Stderr,
		bounds: d.settings.Bounds(), output: cmp.Or(d.settings.MaxOutput, project.DefaultOutput),
	}
	if !backend.OwnNetwork() {
		return e, nil
	}
	if d.ca == nil {
		if d.ca, err = isolation.NewCA(); err != nil {
			return nil, err
		}
	}
	aws := d.mock.handler()
	l.leadOwnEndpoints(env.Environ(), aws, func(name string) bool {
		return slices.ContainsFunc(d.settings.passThrough, func(p isolation.PassThrough) bool { return p.Host == name })
	})
	e.world = &world{aws: aws, ca: d.ca, layout: l, passThrough: d.settings.passThrough,
		lookup: d.points.resolve, write: d.settings.write, read: d.settings.read}
	return e, nil
}

// wireClock leads a subject to its clock, where the deployment has one for
// subjects.
func (d *Deployment) wireClock(s Subject, env *ledger.Environment, l *layout) error {
	if d.clock.subject == nil {
		return nil
	}
	command, ok := s.(*CommandSubject)
	if !ok {
		return &SettingError{fmt.Sprintf(
			"%s cannot have a clock of its own (harness.SubjectClock): only a program of this machine can", s.Name())}
	}
	program, err := exec.LookPath(command.Argv[0])
	if err != nil {
		return nil // which is said when it is started
	}
	preloaded, err := d.clock.subject.lead(program, env)
	if err != nil {
		return err
	}
	// A subject's view of the machine does not change while it runs, but for what is shown.
	if at := filepath.Dir(d.clock.subject.path); l.backend.PlaceFile(at, l.temporary).Shown {
		l.files = append(l.files, isolation.File{Path: at, From: at})
	}
	if !preloaded {
		return nil
	}
	return l.ownSharedMemory()
}

// IsolationVariable names the environment variable that says how subjects are
// isolated, for deployments that do not say it themselves.
const IsolationVariable = "HOSTPROOF_ISOLATION"

// isolate settles how subjects run.
func (d *Deployment) isolate(ctx context.Context) error {
	name, err := isolation.ParseMode(string(d.settings.Isolation))
	if err != nil {
		return &SettingError{err.Error()}
	}
	if d.settings.Isolation == "" {
		if name, err = isolation.ParseMode(os.Getenv(IsolationVariable)); err != nil {
			return &SettingError{fmt.Sprintf("%s: %v", IsolationVariable, err)}
		}
	}
	choice, err := isolation.Choose(ctx, name)
	if err != nil {
		return err
	}
	d.backend, d.why = choice.Backend, choice.Why
	if err := d.backend.Available(ctx); err != nil {
		return unavailable(d.backend, err)
	}
	return d.checkPassThrough()
}

// unavailable is the error of a backend that does not work here. One that the program
// was built without is a mistake in a setting.
func unavailable(b isolation.Backend, err error) error {
	if isolation.IsAbsent(err) {
		return &SettingError{err.Error()}
	}
	return fmt.Errorf("isolation %s: %w", b.Name(), err)
}

// backendFor is the one in which a subject of a kind runs: the deployment's for programs,
// else the first that runs such subjects.
func (d *Deployment) backendFor(s Subject) (isolation.Backend, error) {
	kind := s.kind()
	if kind == isolation.Program && !d.backend.Runs(kind) {
		return nil, &SettingError{fmt.Sprintf("isolation %s runs images, and %q is a program of this machine: "+
			"give its image (harness.Image, --image), or use %s", d.backend.Name(), s.Name(), runners(kind))}
	}
	if d.backend.Runs(kind) {
		return d.backend, nil
	}
	b, err := isolation.For(kind)
	if err != nil {
		return nil, &SettingError{err.Error()}
	}
	return b, nil
}

// Notice is what to tell before a run, on two lines, where the isolation cannot
// show all calls of a subject: what it is that escapes, why it is this isolation,
// and what to do. It is empty where all calls are seen.
func (d *Deployment) Notice() string {
	blind := d.backend.Blind()
	if blind == "" {
		return d.lacks()
	}
	first := fmt.Sprintf("isolation %s: %s", d.backend.Name(), blind)
	obstacle := isolation.Obstacle()
	switch {
	case d.why != "":
		return first + "\nno sandbox here, which would see all: " + obstacle
	case obstacle != "":
		return first + "\nit was asked for; the sandbox, which would see all, does not work here: " + obstacle
	}
	return first + "\nit was asked for; isolation sandbox works here and sees all"
}

// lacks says in one line what an isolation that sees all cannot hold on this machine though
// it does on others; empty for nothing.
func (d *Deployment) lacks() string {
	b, ok := d.backend.(interface{ Lacks() []string })
	if !ok {
		return ""
	}
	if lacks := b.Lacks(); len(lacks) > 0 {
		return fmt.Sprintf("isolation %s, on this kernel: %s", d.backend.Name(), strings.Join(lacks, "; "))
	}
	return ""
}

// checkPassThrough refuses names that cannot be led anywhere.
func (d *Deployment) checkPassThrough() error {
	for _, p := range d.settings.passThrough {
		if !d.backend.OwnNetwork() && !p.Here() {
			return &SettingError{fmt.Sprintf("isolation %s cannot lead %s:%d to a service of this machine: use "+
				"%s, or call localhost", d.backend.Name(), p.Host, p.Port, closed())}
		}
	}
	return nil
}
