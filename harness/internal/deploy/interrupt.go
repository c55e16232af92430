package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness/ledger"
)

// Interrupt is the cause of a context that ends because this process got a
// signal (context.CancelCauseFunc). A program that runs in that context then gets
// the same signal, with all that it has started, as a terminal would send it. It
// has InterruptGrace to end by itself and is killed afterwards, and its Result
// says that it was interrupted.
type Interrupt struct {
	Signal syscall.Signal
	// Again ends the grace when it is closed; nil: nothing does.
	Again <-chan struct{}
	// Grace is the time that a program has then; 0 stands for InterruptGrace.
	Grace time.Duration
}

// InterruptGrace is how long a program has after an Interrupt.
const InterruptGrace = 5 * time.Second

// Error says which signal it was.
func (i *Interrupt) Error() string { return "interrupted by " + i.Name() }

// signalNames are the names that a person knows.
var signalNames = map[syscall.Signal]string{
	syscall.SIGHUP: "SIGHUP", syscall.SIGINT: "SIGINT", syscall.SIGTERM: "SIGTERM",
}

// Name is the signal's name, "SIGINT".
func (i *Interrupt) Name() string {
	if name := signalNames[i.Signal]; name != "" {
		return name
	}
	return fmt.Sprintf("signal %d", int(i.Signal))
}

// interruptOf is the Interrupt by which a context ended; nil if none did.
func interruptOf(ctx context.Context) *Interrupt {
	var i *Interrupt
	if errors.As(context.Cause(ctx), &i) {
		return i
	}
	return nil
}

// outlasting is a context for a subject, which an Interrupt of ctx does not end:
// patiently does.
func outlasting(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	hard := context.WithoutCancel(ctx)
	deadline, limited := ctx.Deadline()
	if !limited {
		return context.WithCancelCause(hard)
	}
	hard, release := context.WithDeadline(hard, deadline)
	hard, cancel := context.WithCancelCause(hard)
	context.AfterFunc(hard, release)
	return hard, cancel
}

// patiently ends a subject when its context ends: at once, or after an Interrupt
// with the grace that it has then.
func (x *run) patiently(cancel context.CancelCauseFunc) {
	select {
	case <-x.running.done:
		cancel(nil)
		return
	case <-x.ctx.Done():
	}
	if i := interruptOf(x.ctx); i != nil && x.running.interrupt != nil {
		x.running.interrupt(i.Signal)
		grace := time.NewTimer(cmp.Or(i.Grace, InterruptGrace))
		defer grace.Stop()
		select {
		case <-x.running.done:
		case <-grace.C:
		case <-i.Again:
		}
	}
	cancel(context.Cause(x.ctx))
}

// noteInterrupt says in the result that the run was cut off. What follows from
// how a program ended is then no finding: somebody ended it.
func (x *run) noteInterrupt() {
	i, r := interruptOf(x.ctx), x.result
	if i == nil {
		return
	}
	r.Interrupted = i.Name()
	kept := []ledger.Finding{}
	for _, f := range r.Diagnosis.Findings {
		if f.Seq != 0 {
			kept = append(kept, f)
		}
	}
	r.Diagnosis.Findings = kept
}
