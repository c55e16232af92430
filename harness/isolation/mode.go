package isolation

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Mode is the name of a Backend, or Auto.
type Mode string

// The names of the backends that this module has, and Auto.
const (
	Endpoint  Mode = "endpoint"  // endpoint variables and loopback URLs; any system, for SDKs that honour them
	Sandbox   Mode = "sandbox"   // namespaces of this package; Linux
	Container Mode = "container" // the subject in a container of its own
	Auto      Mode = "auto"      // the first of the list that runs programs here
)

// ParseMode reads the name of a backend that is listed; the empty string is Auto.
func ParseMode(s string) (Mode, error) {
	switch {
	case s == "":
		return Auto, nil
	case slices.Contains(Names(), Mode(s)):
		return Mode(s), nil
	}
	return "", unknown(Mode(s))
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

// Obstacle says what keeps the first backend that sees all calls of a program from
// working here, and what to do; empty where it works, or where there is none.
func Obstacle() string {
	b, ok := Seer()
	if !ok {
		return ""
	}
	err := b.Available(context.Background())
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
