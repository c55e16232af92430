package harness

import (
	"fmt"
	"os"

	"github.com/hostproof/hostproof/harness/isolation"
)

// IsolationVariable names the environment variable that says how subjects are
// isolated, for deployments that do not say it themselves.
const IsolationVariable = "HOSTPROOF_ISOLATION"

// isolate settles how subjects run.
func (d *Deployment) isolate() error {
	mode := d.settings.mode
	if mode == "" {
		var err error
		if mode, err = isolation.ParseMode(os.Getenv(IsolationVariable)); err != nil {
			return &SettingError{fmt.Sprintf("%s: %v", IsolationVariable, err)}
		}
	}
	d.mode, d.why = mode.Resolve()
	switch d.mode {
	case isolation.Endpoint:
		return nil
	case isolation.Sandbox:
		if err := isolation.Available(); err != nil {
			return fmt.Errorf("isolation sandbox: %w", err)
		}
		var err error
		d.ca, err = isolation.NewCA()
		return err
	default:
		return &SettingError{fmt.Sprintf("isolation %q runs a subject's own image, which this deployment does not have: use endpoint, sandbox or auto", d.mode)}
	}
}

// execution is what a subject runs in.
func (d *Deployment) execution(s Subject) (*execution, error) {
	mode := isolation.Endpoint
	if _, isProgram := s.(*CommandSubject); isProgram {
		mode = d.mode
	}
	l, env, err := d.lay(mode)
	if err != nil {
		return nil, err
	}
	e := &execution{env: env, dir: d.dir, timeout: d.settings.timeout, stdout: d.settings.stdout, stderr: d.settings.stderr}
	if mode == isolation.Sandbox {
		e.sandbox = &sandbox{aws: d.mock.handler(), ca: d.ca, layout: l}
	}
	return e, nil
}
