package deploy

import (
	"context"
	"fmt"
	"os"

	"github.com/hostproof/hostproof/harness/isolation"
)

// IsolationVariable names the environment variable that says how subjects are
// isolated, for deployments that do not say it themselves.
const IsolationVariable = "HOSTPROOF_ISOLATION"

// isolate settles how subjects run.
func (d *Deployment) isolate(ctx context.Context) error {
	mode, err := isolation.ParseMode(string(d.settings.Isolation))
	if err != nil {
		return &SettingError{err.Error()}
	}
	if d.settings.Isolation == "" {
		if mode, err = isolation.ParseMode(os.Getenv(IsolationVariable)); err != nil {
			return &SettingError{fmt.Sprintf("%s: %v", IsolationVariable, err)}
		}
	}
	d.mode, d.why = mode.Resolve()
	switch d.mode {
	case isolation.Sandbox:
		if err := isolation.Available(); err != nil {
			return fmt.Errorf("isolation sandbox: %w", err)
		}
	case isolation.Container:
		engine, err := containers()
		if err != nil {
			return err
		}
		if err := engine.Available(ctx); err != nil {
			return fmt.Errorf("isolation container: %w", err)
		}
	}
	return d.checkPassThrough()
}

// Notice is what to tell before a run, on two lines, where the isolation cannot
// show all calls of a subject: what it is that escapes, why it is this isolation,
// and what to do. It is empty where all calls are seen.
func (d *Deployment) Notice() string {
	if d.mode != isolation.Endpoint {
		return ""
	}
	first := "isolation endpoint: " + d.mode.Blind()
	obstacle := isolation.Obstacle()
	switch {
	case d.why != "":
		return first + "\nno sandbox here, which would see all: " + obstacle
	case obstacle != "":
		return first + "\nit was asked for; the sandbox, which would see all, does not work here: " + obstacle
	}
	return first + "\nit was asked for; isolation sandbox works here and sees all"
}

// checkPassThrough refuses names that cannot be led anywhere.
func (d *Deployment) checkPassThrough() error {
	for _, p := range d.settings.passThrough {
		if d.mode == isolation.Endpoint && !p.Here() {
			return &SettingError{fmt.Sprintf("isolation endpoint cannot lead %s:%d to a service of this machine: use "+
				"sandbox or container, or call localhost", p.Host, p.Port)}
		}
	}
	return nil
}

// containerHome is where a subject in a container is at home: a directory that
// its user may write to, whoever that is.
const containerHome = "/home/hostproof"

// homeIn is a subject's home.
func (d *Deployment) homeIn(mode isolation.Mode) string {
	if mode == isolation.Container {
		return containerHome
	}
	return d.dir
}

// execution is what a subject runs in.
func (d *Deployment) execution(ctx context.Context, s Subject) (*execution, error) {
	mode, err := s.isolation(d.mode)
	if err != nil {
		return nil, err
	}
	l, env, err := d.lay(mode)
	if err != nil {
		return nil, err
	}
	if err := d.subjectClock.wire(s, mode, env, l); err != nil {
		return nil, err
	}
	e := &execution{
		ctx: ctx, mode: mode, env: env, dir: d.dir, timeout: *d.settings.Timeout,
		stdout: d.settings.Stdout, stderr: d.settings.Stderr,
	}
	if mode == isolation.Endpoint {
		return e, nil
	}
	if d.ca == nil {
		if d.ca, err = isolation.NewCA(); err != nil {
			return nil, err
		}
	}
	e.world = &world{aws: d.mock.handler(), ca: d.ca, layout: l, passThrough: d.settings.passThrough, lookup: d.resolve}
	return e, nil
}
