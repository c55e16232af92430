package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/hostproof/hostproof/harness/internal/deploy"
)

// interrupts turn the signals that end this process into the end of a context.
// The first one is passed on to what runs, which has a few seconds then; the
// second one kills it; the third one is the system's to deal with.
type interrupts struct {
	ctx  context.Context
	stop func()
}

// ending are the signals by which a person or a system ends this process.
var ending = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// interrupts begin with the command, which stops them at its end.
func (s *streams) interrupts() *interrupts {
	ctx, cancel := context.WithCancelCause(s.context())
	got, again, over := make(chan os.Signal, 2), make(chan struct{}), make(chan struct{})
	for _, sig := range ending {
		if !signal.Ignored(sig) { // as under nohup
			signal.Notify(got, sig)
		}
	}
	// A pipe without a reader is an error of the write, not the end of this
	// process with all that it would leave behind.
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGPIPE)
	go func() {
		defer close(again)
		for n := range 2 {
			select {
			case <-over:
				return
			case sig := <-got:
				if n == 0 {
					number, _ := sig.(syscall.Signal)
					cancel(&deploy.Interrupt{Signal: number, Again: again})
				}
			}
		}
		signal.Stop(got)
	}()
	return &interrupts{ctx: ctx, stop: func() {
		signal.Stop(got)
		close(over)
		cancel(nil)
	}}
}

// or is the end of a command by a signal, as a shell expects it: 128 and the
// signal's number. Where there was no signal, it is the error that is given.
func (i *interrupts) or(err error) error {
	var by *deploy.Interrupt
	if !errors.As(context.Cause(i.ctx), &by) {
		return err
	}
	return &exitError{128 + int(by.Signal), fmt.Errorf("%w", by)}
}
