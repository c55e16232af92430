package deploy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures/installer"
	"github.com/hostproof/hostproof/fixtures/steps"
)

// goRun is a call of "go run", which compiles a program and starts it
// (https://pkg.go.dev/cmd/go#hdr-Compile_and_run_Go_program).
type goRun struct {
	flags    []string // of the compiler
	packages []string // one package, or the files of one
	args     []string // of the program
}

// goFlags are the flags with which a program is compiled before it runs on the host, and
// whether each has a value. None of them names a program that the compiler would start.
var goFlags = map[string]bool{
	"a": false, "asan": false, "msan": false, "race": false, "trimpath": false, "v": false,
	"mod": true, "p": true, "tags": true,
}

// parseGoRun reads a command line. It is nil for any other, for one with further flags and for
// a package of a version, which "go build" does not take.
func parseGoRun(argv []string) *goRun {
	if len(argv) < 3 || strings.TrimSuffix(filepath.Base(argv[0]), ".exe") != "go" || argv[1] != "run" {
		return nil
	}
	rest := argv[2:]
	for len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
		name, _, valued := strings.Cut(strings.TrimLeft(rest[0], "-"), "=")
		takesValue, known := goFlags[name]
		if !known {
			return nil
		}
		rest = rest[1:]
		if takesValue && !valued && len(rest) > 0 {
			rest = rest[1:]
		}
	}
	flags := argv[2 : len(argv)-len(rest)]
	packages := slices.IndexFunc(rest, func(word string) bool { return !strings.HasSuffix(word, ".go") })
	switch packages {
	case -1:
		packages = len(rest)
	case 0:
		packages = 1
	}
	if packages == 0 || len(rest) == 0 || strings.Contains(rest[0], "@") {
		return nil
	}
	return &goRun{flags: flags, packages: rest[:packages], args: rest[packages:]}
}

// goBuildLimit bounds one compilation, which includes the download of modules.
const goBuildLimit = 10 * time.Minute

// built is a program that was compiled for a run: how to start it, or what the compiler said.
type built struct {
	argv   []string
	failed *outcome
}

// build compiles the program of a call of "go run" with this machine's modules and caches: the
// time that it takes is not the program's, and on the host, where nothing leads to a registry
// and no cache is kept, it would be compiled from nothing each time. It is nil for other
// commands.
func (c *CommandSubject) build(ctx context.Context, e *execution) (*built, error) {
	call := parseGoRun(c.Argv)
	if call == nil {
		return nil, nil
	}
	dir := c.workingDir(e)
	compiler, err := findProgram(c.Argv[0], dir)
	if err != nil {
		return nil, err
	}
	into, err := os.MkdirTemp(e.dir, "go-build")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, goBuildLimit,
		fmt.Errorf("%s: it was not compiled within %s", c.Name(), goBuildLimit))
	defer cancel()
	end := steps.Begin(ctx, steps.Step{What: "compiling " + strings.Join(call.packages, " "),
		Why: "go build, outside of the host"})
	said, err := call.compile(ctx, compiler, dir, into)
	end(err)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil && len(said) > 0 {
		if e.stderr != nil {
			_, _ = e.stderr.Write(said)
		}
		return &built{failed: &outcome{exitCode: 1, stderr: said}}, nil
	}
	if err != nil {
		return nil, err
	}
	programs, err := os.ReadDir(into)
	if err != nil || len(programs) != 1 {
		return nil, errors.Join(err, fmt.Errorf("%s: the compiler made %d programs", c.Name(), len(programs)))
	}
	return &built{argv: append([]string{filepath.Join(into, programs[0].Name())}, call.args...)}, nil
}

// goVariables lead the compiler to its caches and say how it compiles.
var goVariables = []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOFLAGS", "GOWORK", "GOEXPERIMENT", "CGO_ENABLED"}

// compile compiles into a folder. The error's text is in what was said, if anything was.
func (g *goRun) compile(ctx context.Context, compiler, dir, into string) (said []byte, err error) {
	job := installer.Job{Dir: dir, Env: installer.Environ(), Write: []string{into}}
	for _, name := range goVariables {
		if value, set := os.LookupEnv(name); set {
			job.Env = append(job.Env, name+"="+value)
		}
	}
	job.Argv = []string{compiler, "env", "GOCACHE", "GOMODCACHE"}
	if said, err = job.Run(ctx); err != nil {
		return said, err
	}
	for cache := range strings.Lines(string(said)) {
		if cache = strings.TrimSpace(cache); !filepath.IsAbs(cache) {
			continue // "off"
		}
		if err := os.MkdirAll(cache, 0o755); err != nil {
			return nil, err
		}
		job.Write = append(job.Write, cache)
	}
	// go run stamps no version, and asks no version control for one.
	job.Argv = slices.Concat([]string{compiler, "build", "-buildvcs=false", "-o", into + string(filepath.Separator)},
		g.flags, g.packages)
	return job.Run(ctx)
}

// ended is a subject that never began.
func ended(out *outcome) *running {
	done := make(chan struct{})
	close(done)
	return &running{wait: func() (*outcome, error) { return out, nil }, kill: func() {}, done: done,
		inbound: loopback(done)}
}
