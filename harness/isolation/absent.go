package isolation

import (
	"context"
	"errors"
	"fmt"
)

// Absent holds the place of a backend whose package the program does not import,
// so that its name is known and its use says what to import.
type Absent struct {
	Called Mode   // the backend's name
	Kind   Kind   // what it runs
	Import string // the package that has it
}

// Name is the backend's.
func (a Absent) Name() Mode { return a.Called }

// Runs is as the backend's.
func (a Absent) Runs(k Kind) bool { return k == a.Kind }

// Limits says that it is missing.
func (a Absent) Limits() []string { return []string{a.missing().Error()} }

// Blind is empty: nothing runs.
func (Absent) Blind() string { return "" }

// OwnNetwork is true: nothing is reached.
func (Absent) OwnNetwork() bool { return true }

// Available says what to import.
func (a Absent) Available(context.Context) error { return a.missing() }

// Home is the temporary directory.
func (Absent) Home(temporary string) string { return temporary }

// Place says what to import.
func (a Absent) Place(HostEndpoint) (Placed, error) { return Placed{}, a.missing() }

// PlaceFile is the path as it is.
func (Absent) PlaceFile(path, _ string) FilePlace { return FilePlace{Path: path, Shown: true} }

// Start says what to import.
func (a Absent) Start(context.Context, Subject) (Running, error) { return nil, a.missing() }

// AbsentError is the error of every use of an Absent.
type AbsentError struct{ text string }

// Error says what to import.
func (e *AbsentError) Error() string { return e.text }

func (a Absent) missing() error {
	return &AbsentError{fmt.Sprintf("isolation %s: this program was built without it; import _ %q", a.Called, a.Import)}
}

// IsAbsent says whether an error is that of an Absent.
func IsAbsent(err error) bool {
	var absent *AbsentError
	return errors.As(err, &absent)
}
