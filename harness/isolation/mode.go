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
