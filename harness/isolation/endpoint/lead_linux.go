package endpoint

import (
	"cmp"
	"context"
	"errors"
	"os/exec"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness/internal/ports"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/internal/keeper"
)

// heldToTheEnd: the keeper ends also what leaves the program's group.
const heldToTheEnd = true

// kept is a program that a keeper has started and ends.
type kept struct {
	program *keeper.Program
	cmd     *exec.Cmd // the keeper
	ended   chan struct{}
	watched chan struct{} // closed when nothing is noted any more
}

// lead starts a program by a keeper, so that nothing of it runs on, or without one where
// this system gives none.
func lead(ctx context.Context, c isolation.Subject, note func(listening []uint16)) (leader, error) {
	cmd := prepared(exec.Command(cmp.Or(c.Path, c.Argv[0]), c.Argv[1:]...), c)
	program, err := keeper.Start(cmd)
	switch {
	case errors.Is(err, keeper.ErrNone):
		return leadDirectly(ctx, c, note)
	case err != nil:
		return nil, err
	}
	k := &kept{program: program, cmd: cmd, ended: make(chan struct{}),
		watched: make(chan struct{})}
	go k.watch(ctx, note)
	return k, nil
}

// watch ends the program when its time is over.
func (k *kept) watch(ctx context.Context, note func(listening []uint16)) {
	defer close(k.watched)
	select {
	case <-k.ended:
		return
	case <-ctx.Done():
	}
	if k.program.PID > 0 {
		note(ports.OfGroup(k.program.PID))
	}
	_ = k.program.Signal(syscall.SIGKILL) // a keeper that is gone needs none
	select {
	case <-k.ended:
	case <-time.After(killDelay):
		_ = k.cmd.Process.Kill() // it waits for something that cannot be ended
	}
}

func (k *kept) signal(sig syscall.Signal) error { return k.program.Signal(sig) }

func (k *kept) wait() (code int, signal syscall.Signal) {
	_ = k.cmd.Wait() // how the program ended is told by the keeper
	status, known := k.program.Ended()
	close(k.ended)
	<-k.watched
	switch {
	case !known:
		return -1, syscall.SIGKILL
	case status.Signaled():
		return -1, status.Signal()
	}
	return status.ExitStatus(), 0
}
