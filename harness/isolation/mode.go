package isolation

import "fmt"

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

// limits is what each mode cannot do.
var limits = map[Mode]string{
	Endpoint:  "the network stays open, and what the subject calls elsewhere is neither refused nor listed; SDKs that do not read AWS_ENDPOINT_URL and programs that name AWS's hosts themselves call the real ones",
	Sandbox:   "Linux only; Unix sockets of this machine stay within reach, and a program with a list of CAs of its own refuses the run's",
	Container: "needs a Docker engine and an image, and about a second for each run; the host's files under /proc and /sys cannot be shown",
}

// Limits says in one sentence what a mode cannot do.
func (m Mode) Limits() string { return limits[m] }
