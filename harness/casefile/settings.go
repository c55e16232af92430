package casefile

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/capture"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
	"golang.org/x/tools/txtar"
)

// anyIsolation lets a case run without the sandbox, which it needs otherwise.
const anyIsolation isolation.Mode = "any"

// merge returns the case's settings, overridden by one run's settings.
func (c *Case) merge(r *Run) Settings {
	s, over := c.Settings, r.Settings
	clock := s.Clock + over.Clock
	s.Project = over.Project.Over(s.Project)
	s.Clock = clock
	s.Host, s.Subject = cmp.Or(over.Host, s.Host), cmp.Or(over.Subject, s.Subject)
	if len(over.Program) > 0 {
		s.Program = over.Program
	}
	s.Libraries = join(s.Libraries, over.Libraries)
	s.Packages = over.Packages.Over(s.Packages)
	return s
}

// on is the settings of a run. Where the runs are on several hosts, what the case
// sets for all of them and needs a role, a source, an endpoint or a variable of a
// host holds on the hosts that have it; on one at least.
func (c *Case) on(catalog *fixtures.Catalog, r *Run) (Settings, error) {
	var hosts []*fixtures.Host
	var own *fixtures.Host
	for _, other := range c.Runs() {
		h, err := catalog.Host(c.merge(other).Host)
		if err != nil {
			return Settings{}, err
		}
		if !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
		if other == r {
			own = h
		}
	}
	if len(hosts) == 1 {
		return c.merge(r), nil
	}
	common := *c
	common.Isolation = "" // any is no isolation of a project
	if err := common.Project.Check(hosts); err != nil {
		return Settings{}, err
	}
	common.Project = common.Project.On(own)
	common.Isolation = c.Isolation
	return common.merge(r), nil
}

// ProjectOf is what one of the case's runs is deployed with.
func (c *Case) ProjectOf(r *Run) project.Project { return c.merge(r).project() }

// project is the settings' project with the isolation that it stands for.
func (s Settings) project() project.Project {
	p := s.Project.Normal()
	switch p.Isolation {
	case "":
		p.Isolation = isolation.Sandbox
	case anyIsolation:
		p.Isolation = ""
	}
	return p
}

func join[V any](a, b map[string]V) map[string]V {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]V{}
	}
	maps.Copy(out, b)
	return out
}

// catalog is the built-in hosts and the case's own.
func (c *Case) catalog() (*fixtures.Catalog, error) {
	if len(c.hosts) == 0 {
		return fixtures.Builtin(), nil
	}
	own := &txtar.Archive{}
	for _, f := range c.hosts {
		name, data, err := hostFile(f)
		if err != nil {
			return nil, fmt.Errorf("%s: the case's own host: %s: %w", c.File, f.Name, err)
		}
		own.Files = append(own.Files, txtar.File{Name: name, Data: data})
	}
	files, err := txtar.FS(own)
	if err != nil {
		return nil, fmt.Errorf("%s: the case's own host: %w", c.File, err)
	}
	catalog, err := fixtures.Builtin().Extend(files)
	if err != nil {
		return nil, fmt.Errorf("%s: the case's own host: %s", c.File, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return catalog, nil
}

// captureFile is what hostproof capture --observation and its scripts print.
const captureFile = "capture.json"

// hostFile is a file of a host as package fixtures reads it: a capture becomes
// a host.yaml.
func hostFile(f txtar.File) (name string, data []byte, err error) {
	dir, base := path.Split(f.Name)
	if base != captureFile || path.Dir(path.Clean(dir)) != "hosts" {
		return f.Name, f.Data, nil
	}
	o, err := capture.Parse(f.Data)
	if err != nil {
		return "", nil, err
	}
	data, err = o.Fixture(capture.Options{Name: path.Base(dir)})
	return dir + "host.yaml", data, err
}
