package casefile

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/capture"
	"github.com/hostproof/hostproof/harness/isolation"
	"golang.org/x/tools/txtar"
)

// What isolation a case may have.
const (
	sandboxOnly  = "sandbox"
	anyIsolation = "any"
)

// merge is the case's settings with those of one of its runs over them.
func (c *Case) merge(r *Run) Settings {
	s, over := c.Settings, r.Settings
	s.Host, s.Region, s.Subject = or(over.Host, s.Host), or(over.Region, s.Region), or(over.Subject, s.Subject)
	s.Isolation = or(over.Isolation, s.Isolation)
	if len(over.Users) > 0 {
		s.Users = over.Users
	}
	if len(over.Program) > 0 {
		s.Program = over.Program
	}
	s.Roles, s.Set, s.Libraries = join(s.Roles, over.Roles), join(s.Set, over.Set), join(s.Libraries, over.Libraries)
	s.Unset = slices.Concat(s.Unset, over.Unset)
	s.Buckets = slices.Concat(s.Buckets, over.Buckets)
	s.Faults = slices.Concat(s.Faults, over.Faults)
	s.AtInit = s.AtInit || over.AtInit
	s.Clock += over.Clock
	s.Timeout = max(s.Timeout, over.Timeout)
	return s
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func join[V any](a, b map[string]V) map[string]V {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]V{}
	}
	maps.Copy(out, b)
	return out
}

// options are the settings as the harness takes them.
func (s Settings) options() []harness.Option {
	var out []harness.Option
	for _, u := range s.Users {
		opts := []harness.UserOption{harness.Allow(u.Allow...), harness.Deny(u.Deny...)}
		if len(u.Key) == 2 {
			opts = append(opts, harness.KeyAs(u.Key[0], u.Key[1]))
		}
		if u.Bearer != "" {
			opts = append(opts, harness.BearerAs(u.Bearer))
		}
		out = append(out, harness.User(u.Name, opts...))
	}
	for _, role := range slices.Sorted(maps.Keys(s.Roles)) {
		out = append(out, harness.RoleAllow(role, s.Roles[role]...))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Set)) {
		out = append(out, harness.Set(name, s.Set[name]))
	}
	for _, name := range s.Unset {
		out = append(out, harness.Unset(name))
	}
	for _, name := range s.Buckets {
		out = append(out, harness.Bucket(name))
	}
	out = append(out, harness.Faults(s.Faults...))
	if s.Region != "" {
		out = append(out, harness.Region(s.Region))
	}
	if s.AtInit {
		out = append(out, harness.AtInit())
	}
	if s.Timeout > 0 {
		out = append(out, harness.WithTimeout(s.Timeout))
	}
	if s.Isolation != anyIsolation {
		out = append(out, harness.WithIsolation(isolation.Sandbox))
	}
	return out
}

// catalog is the built-in hosts and the case's own.
func (c *Case) catalog() (*fixtures.Catalog, error) {
	if len(c.hosts) == 0 {
		return fixtures.Builtin(), nil
	}
	own := fstest.MapFS{}
	for _, f := range c.hosts {
		name, data, err := hostFile(f)
		if err != nil {
			return nil, fmt.Errorf("%s: the case's own host: %s: %w", c.File, f.Name, err)
		}
		own[name] = &fstest.MapFile{Data: data}
	}
	catalog, err := fixtures.Builtin().Extend(own)
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
