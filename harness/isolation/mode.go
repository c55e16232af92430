package isolation

import (
	"errors"
	"fmt"
)

// Mode is a way to bring a subject's traffic to the mock.
type Mode string

// The modes.
const (
	Endpoint  Mode = "endpoint"  // endpoint variables and loopback URLs; any system, for SDKs that honour them
	Sandbox   Mode = "sandbox"   // namespaces of this package; Linux
	Container Mode = "container" // the subject in a container of its own
	Auto      Mode = "auto"      // Sandbox where it works, else Endpoint
)

// ParseMode reads a mode; the empty string is Auto.
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case "":
		return Auto, nil
	case Endpoint, Sandbox, Container, Auto:
		return m, nil
	}
	return "", fmt.Errorf("isolation %q is not known: use endpoint, sandbox, container or auto", s)
}

// Resolve replaces Auto by the mode it stands for here, and says why in one
// sentence where that is not Sandbox. Other modes stay as they are.
func (m Mode) Resolve() (mode Mode, why string) {
	if m != Auto {
		return m, ""
	}
	if err := Available(); err != nil {
		return Endpoint, err.Error()
	}
	return Sandbox, ""
}

// Blind says in one sentence what a run under a mode cannot know of its subject's
// calls; empty where it sees all of them.
func (m Mode) Blind() string {
	if m != Endpoint {
		return ""
	}
	return "only clients that read AWS_ENDPOINT_URL call the mock: what others call goes to the real network, unseen"
}

// UnavailableError says why there is no sandbox here.
type UnavailableError struct {
	// Step is what the system did not do, "make namespaces"; empty if none was tried.
	Step string
	Err  error
	// Advice says what keeps it from working and what to do, without a full stop.
	Advice string
}

// Error is one sentence, with the other modes.
func (e *UnavailableError) Error() string {
	if e.Step == "" {
		return e.Advice
	}
	return fmt.Sprintf("isolation: no sandbox here (%s: %v): %s, or use isolation endpoint or container",
		e.Step, e.Err, e.Advice)
}

// Unwrap is what the system said.
func (e *UnavailableError) Unwrap() error { return e.Err }

// Obstacle says what keeps the sandbox from working here, and what to do; empty
// where it works.
func Obstacle() string {
	err := Available()
	var no *UnavailableError
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &no):
		return err.Error()
	case no.Step == "":
		return no.Advice
	}
	return fmt.Sprintf("%s (%s: %v)", no.Advice, no.Step, no.Err)
}

// limits is what each mode cannot do.
var limits = map[Mode]string{
	Endpoint: "the network stays open, and what the subject calls elsewhere is neither refused nor listed; SDKs " +
		"that do not read AWS_ENDPOINT_URL and programs that name AWS's hosts themselves call the real ones",
	Sandbox: "Linux only; Unix sockets of this machine stay within reach, and a program with a list of CAs of its " +
		"own refuses the run's",
	Container: "needs a Docker engine and an image, and about a second for each run; the host's files under /proc " +
		"and /sys cannot be shown",
}

// Limits says in one sentence what a mode cannot do.
func (m Mode) Limits() string { return limits[m] }
