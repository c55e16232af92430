package isolation

import (
	"context"
	"path/filepath"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// RunBehindFiles runs a program to its end in a sandbox that has this machine's network and
// nothing else of it: the wall of files, processes, devices and system calls is the same. Of the
// Config it takes Argv, Env, Dir, the streams, Write, Read and Bounds. The error is of the harness.
func RunBehindFiles(ctx context.Context, config Config) (Exit, error) {
	if err := config.validate(); err != nil {
		return Exit{}, err
	}
	var err error
	if config.Dir, err = filepath.Abs(config.Dir); err != nil {
		return Exit{}, err
	}
	// Systemd has the address of the resolver in a place that is hidden otherwise.
	if to, err := filepath.EvalSymlinks("/etc/resolv.conf"); err == nil {
		config.Read = append(config.Read, to)
	}
	wall, needs := config.wall()
	p, err := launch(&nsinit.Spec{Argv: config.Argv, Env: config.Env, Dir: config.Dir, Wall: wall, Needs: needs,
		Bounds: config.bounds(), OpenNetwork: true}, config.streams())
	if err != nil {
		return Exit{}, err
	}
	if _, err := p.awaitStart(ctx); err != nil {
		return Exit{}, err
	}
	stop := context.AfterFunc(ctx, p.kill)
	defer stop()
	ended := p.end()
	if ctx.Err() != nil {
		return Exit{}, context.Cause(ctx)
	}
	exit, ok := p.control.exited()
	if !ok {
		return exit, ended
	}
	exit.Met = p.control.met
	return exit, copyError(ended)
}
