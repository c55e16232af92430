// Package steps tells a person about work that takes long: what is installed,
// built or compiled before anything else can be seen.
package steps

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/need"
)

// Step is one piece of long work.
type Step struct {
	What string // "installing node-cases with npm"
	Why  string // "once; it is kept"; may be empty
}

// Teller is told when a step begins; what it returns, when it has ended.
type Teller func(Step) (end func(error))

type key struct{}

// With is a context whose steps are told.
func With(ctx context.Context, tell Teller) context.Context {
	return context.WithValue(ctx, key{}, tell)
}

// Begin says that a step begins. The caller calls end with what became of it.
// Without a Teller in the context a test tells the terminal of its go command,
// if the step takes a while, and any other program says nothing.
func Begin(ctx context.Context, s Step) (end func(error)) {
	tell, _ := ctx.Value(key{}).(Teller)
	switch {
	case tell != nil:
		return tell(s)
	case testing.Testing():
		return inTest(s)
	}
	return func(error) {}
}

// patience is how long a step of a test may take before a person hears of it.
const patience = 3 * time.Second

func inTest(s Step) (end func(error)) {
	text := s.What
	if s.Why != "" {
		text += " (" + s.Why + ")"
	}
	t := time.AfterFunc(patience, func() { need.Tell(fmt.Sprintf("%s ...\n", text)) })
	return func(error) { t.Stop() }
}
