package casefile

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/casefile/packages"
	"golang.org/x/tools/txtar"
)

// locksFolder has the lock files of a case: at its top for all runs, and in folders
// with the names of runs for one.
const locksFolder = "locks/"

// runNames are the runs that a case can have.
var runNames = []string{"broken", "fixed", "workaround"}

// lockFile says what is wrong with the place of a lock file.
func (p *parser) lockFile(name string, line int) {
	dir, base := path.Split(strings.TrimPrefix(name, locksFolder))
	if dir != "" && !slices.Contains(runNames, path.Clean(dir)) {
		p.say(line, "%s is for no run: want %sFILE, or %sRUN/FILE with one of the runs %s", name, locksFolder,
			locksFolder, strings.Join(runNames, ", "))
	}
	if !slices.Contains(packages.LockFiles(), base) {
		p.say(line, "%s is no lock file: they are called %s", name, strings.Join(packages.LockFiles(), ", "))
	}
}

// locksOf are the lock files of a run, under their own names: what is for the run
// alone goes before what is for all.
func (c *Case) locksOf(r *Run) (out []txtar.File) {
	for _, prefix := range []string{locksFolder + r.Name + "/", locksFolder} {
		for _, f := range c.locks {
			name, ok := strings.CutPrefix(f.Name, prefix)
			known := slices.ContainsFunc(out, func(o txtar.File) bool { return o.Name == name })
			if ok && !known && !strings.Contains(name, "/") {
				out = append(out, txtar.File{Name: name, Data: f.Data})
			}
		}
	}
	return out
}

// unlockedIn says which packages of a run are not locked.
func (p *parser) unlockedIn(c *Case, r *Run) (out []string) {
	if p.unlocked {
		return nil
	}
	for _, problem := range c.merge(r).Packages.Unlocked(c.locksOf(r)) {
		out = append(out, problem+"; hostproof case lock "+p.file+" writes the lock files")
	}
	return out
}

// Lock makes the lock files of a case whose content is given, and returns the
// content with them: it asks the registries for the packages that the case names.
// Runs that have the same packages share their lock files.
func Lock(ctx context.Context, file string, data []byte) ([]byte, error) {
	c, err := parseAll(&parser{file: file, data: data, unlocked: true})
	if err != nil {
		return nil, err
	}
	archive := txtar.Parse(data)
	archive.Files = slices.DeleteFunc(archive.Files,
		func(f txtar.File) bool { return strings.HasPrefix(f.Name, locksFolder) })
	common, alike := c.alike()
	if alike {
		made, err := lockIn(ctx, locksFolder, common, c.files)
		archive.Files = append(archive.Files, made...)
		return txtar.Format(archive), err
	}
	for _, r := range c.Runs() {
		made, err := lockIn(ctx, locksFolder+r.Name+"/", c.merge(r).Packages, c.files)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", file, r.Name, err)
		}
		archive.Files = append(archive.Files, made...)
	}
	return txtar.Format(archive), nil
}

// alike are the packages of all runs, if each has the same.
func (c *Case) alike() (packages.Set, bool) {
	runs := c.Runs()
	first := c.merge(runs[0]).Packages
	for _, r := range runs[1:] {
		if c.merge(r).Packages.String() != first.String() {
			return packages.Set{}, false
		}
	}
	return first, true
}

func lockIn(ctx context.Context, folder string, s packages.Set, program []txtar.File) ([]txtar.File, error) {
	made, err := packages.Lock(ctx, s, program)
	if err != nil {
		return nil, err
	}
	for i := range made {
		made[i].Name = folder + made[i].Name
	}
	return made, nil
}
