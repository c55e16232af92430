// Command check asks whether the tests would notice a bug; see package mutation.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/harness/internal/mutation"
)

const usage = `usage: check [-p N] WHAT, N changes at a time
       check pinned [ID...]     the pinned changes, or these
       check file FILE [ID...]  the changes of a file in the form of pinned.yaml
       check draw SEED COUNT [PKG...]  prints changes by chance, in that form
       check changed REF        gremlins in the packages that differ from a commit
       check floors [PKG...]    gremlins in the packages with a floor, or these`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	flag.IntVar(&atATime, "p", runtime.NumCPU(), "how many changes are tried at a time")
	flag.Usage = func() { fmt.Fprintln(flag.CommandLine.Output(), usage) }
	flag.Parse()
	unnoticed, err := run(ctx, flag.Args(), os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "check: "+err.Error())
		os.Exit(2)
	case unnoticed:
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) (unnoticed bool, err error) {
	root, err := moduleRoot(ctx)
	switch {
	case err != nil:
		return false, err
	case len(args) > 0 && args[0] == "pinned":
		return checkPinned(ctx, root, args[1:], out)
	case len(args) > 1 && args[0] == "file":
		return checkFile(ctx, root, args[1], args[2:], out)
	case len(args) > 2 && args[0] == "draw":
		return false, draw(ctx, root, args[1], args[2], args[3:], out)
	case len(args) == 2 && args[0] == "changed":
		floors, err := mutation.Floors()
		if err != nil {
			return false, err
		}
		changed, err := mutation.Changed(ctx, root, args[1], floors)
		if err != nil {
			return false, err
		}
		fmt.Fprintf(out, "%d packages with a floor have changed since %s\n", len(changed), args[1])
		return checkFloors(ctx, root, changed, floors, out)
	case len(args) > 0 && args[0] == "floors":
		floors, err := mutation.Floors()
		if err != nil {
			return false, err
		}
		names := args[1:]
		if len(names) == 0 {
			names = slices.Sorted(maps.Keys(floors))
		}
		return checkFloors(ctx, root, names, floors, out)
	}
	return false, errors.New("want what to check\n" + usage)
}

// moduleRoot is where go.mod is.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

// checkPinned tries the pinned changes.
func checkPinned(ctx context.Context, root string, ids []string, out io.Writer) (unnoticed bool, err error) {
	all, err := mutation.Pinned()
	if err != nil {
		return false, err
	}
	return try(ctx, root, all, ids, out)
}

// checkFile tries changes that are not kept, or not yet.
func checkFile(ctx context.Context, root, name string, ids []string, out io.Writer) (unnoticed bool, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return false, err
	}
	all, err := mutation.Read(name, data)
	if err != nil {
		return false, err
	}
	return try(ctx, root, all, ids, out)
}

// draw prints changes that were drawn by chance.
func draw(ctx context.Context, root, seed, count string, parts []string, out io.Writer) error {
	by, badSeed := strconv.ParseUint(seed, 10, 64)
	n, badCount := strconv.Atoi(count)
	if err := errors.Join(badSeed, badCount); err != nil {
		return fmt.Errorf("want a seed and a count, both numbers: %w", err)
	}
	if len(parts) == 0 {
		parts = mutation.Drawn
	}
	drawn, err := mutation.Draw(ctx, root, by, n, parts)
	if err != nil {
		return err
	}
	data, err := mutation.Write(drawn)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}

// try tries changes, some at a time, and says of each what came of it. Without ids
// it tries all.
func try(
	ctx context.Context,
	root string,
	all []mutation.Mutant,
	ids []string,
	out io.Writer,
) (unnoticed bool, err error) {
	for _, id := range ids {
		if !slices.ContainsFunc(all, func(m mutation.Mutant) bool { return m.ID == id }) {
			return false, fmt.Errorf("no change %q", id)
		}
	}
	if len(ids) > 0 {
		all = slices.DeleteFunc(all, func(m mutation.Mutant) bool { return !slices.Contains(ids, m.ID) })
	}
	trials, err := mutation.NewTrials(root)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, trials.Close()) }()
	var mu sync.Mutex
	var problems []error
	noticed := 0
	each(all, func(m mutation.Mutant) {
		ok, by, err := trials.Noticed(ctx, m)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err != nil:
			problems = append(problems, err)
			fmt.Fprintf(out, "%s: UNDECIDED\n", m.ID)
		case ok:
			noticed++
			fmt.Fprintf(out, "%s: noticed by %s\n", m.ID, cmp.Or(strings.Join(by, ", "), "a panic"))
		default:
			unnoticed = true
			fmt.Fprintf(
				out,
				"%s: NOT NOTICED by %s: %s %s\n--- as it is\n%s\n+++ with the bug\n%s\n",
				m.ID,
				m.Tests,
				m.File,
				m.Kind,
				m.Old,
				m.New,
			)
		}
	})
	fmt.Fprintf(out, "%d of %d changes noticed, %d undecided\n", noticed, len(all), len(problems))
	return unnoticed, errors.Join(problems...)
}

// atATime is the flag -p: as many as there are processors.
var atATime int

// each does something with every element, some at a time.
func each[T any](list []T, do func(T)) {
	work := make(chan T)
	var workers sync.WaitGroup
	for range max(atATime, 1) {
		workers.Go(func() {
			for x := range work {
				do(x)
			}
		})
	}
	for _, x := range list {
		work <- x
	}
	close(work)
	workers.Wait()
}

// checkFloors lets gremlins loose on packages, one after another.
func checkFloors(
	ctx context.Context,
	root string,
	names []string,
	floors map[string]float64,
	out io.Writer,
) (below bool, err error) {
	for _, name := range names {
		floor, has := floors[name]
		if !has {
			return below, fmt.Errorf("%s has no floor in floors.yaml", name)
		}
		e, err := mutation.Unleash(ctx, root, name)
		if err != nil {
			return below, err
		}
		fmt.Fprintf(
			out,
			"%s: %d of %d noticed, %.1f%%; the floor is %v%%\n",
			name,
			e.Killed,
			e.Killed+e.Lived,
			e.Share(),
			floor,
		)
		if e.Share() < floor {
			below = true
			fmt.Fprintf(out, "  BELOW ITS FLOOR. Not noticed:\n    %s\n", strings.Join(e.Where, "\n    "))
		}
	}
	return below, nil
}
