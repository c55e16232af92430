// Package project is what a project sets for its program on any host: variables,
// the user's key, roles, buckets, faults. The commands run, serve and matrix and
// files of programs say it in the same words, so that the same program on the
// same host comes to the same in each of them.
package project

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
)

// Project is what a project sets. The zero value is a user who may do all, whose
// key is under DefaultKeyAs, and nothing else.
type Project struct {
	// Set are the project's own variables. A value may hold ${user.accessKeyId} or
	// ${user.secretAccessKey}, and ${region}.
	Set map[string]string `yaml:"set,omitempty"`
	// Unset are variables that the program does not find, the host's too.
	Unset []string `yaml:"unset,omitempty,flow"`
	// KeyAs are the two names under which the project keeps its user's key and
	// secret; nil stands for DefaultKeyAs, an empty list for those that projects on
	// the host have, if any.
	KeyAs []string `yaml:"keyAs,omitempty,flow"`
	// BearerAs is the variable for a Bedrock API key of the user; empty for none.
	BearerAs string `yaml:"bearerAs,omitempty"`
	// Allow are the IAM actions that the user may do; nil stands for all.
	Allow []string `yaml:"allow,omitempty,flow"`
	// RoleAllow are the IAM actions that roles of the host may do, by the role's
	// name; "*" is each role.
	RoleAllow map[string][]string `yaml:"roleAllow,omitempty"`
	// Lifetime is how long the credentials of the host's sources last, by the
	// name of an endpoint or a session; negative for expired ones.
	Lifetime map[string]time.Duration `yaml:"lifetime,omitempty"`
	// Buckets are S3 buckets of the project's account.
	Buckets []string `yaml:"buckets,omitempty,flow"`
	// Baked says that the build writes the project's variables into what is
	// deployed.
	Baked bool `yaml:"baked,omitempty"`
	// AtInit runs the program at the moment when a program initialises.
	AtInit bool `yaml:"atInit,omitempty"`
	// Faults are misbehaviours on purpose, as fault.Parse reads them.
	Faults []string `yaml:"faults,omitempty,flow"`
}

// DefaultKeyAs are the names of a user's key where nothing else is said.
var DefaultKeyAs = []string{"MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY"}

// Over is the project with what another one says over it: maps and lists are
// joined, and of the rest counts what the other one sets.
func (p Project) Over(below Project) Project {
	out := below
	out.Set, out.Lifetime = join(below.Set, p.Set), join(below.Lifetime, p.Lifetime)
	out.RoleAllow = join(below.RoleAllow, p.RoleAllow)
	out.Unset, out.Faults = slices.Concat(below.Unset, p.Unset), slices.Concat(below.Faults, p.Faults)
	out.Buckets = slices.Concat(below.Buckets, p.Buckets)
	if p.KeyAs != nil {
		out.KeyAs = p.KeyAs
	}
	if p.Allow != nil {
		out.Allow = p.Allow
	}
	out.BearerAs = cmp.Or(p.BearerAs, below.BearerAs)
	out.Baked, out.AtInit = p.Baked || below.Baked, p.AtInit || below.AtInit
	return out
}

func join[V any](below, over map[string]V) map[string]V {
	if len(below)+len(over) == 0 {
		return nil
	}
	out := map[string]V{}
	maps.Copy(out, below)
	maps.Copy(out, over)
	return out
}

// Options are the settings as the harness takes them.
func (p Project) Options() []harness.Option {
	out := []harness.Option{harness.User("app", p.user()...), harness.Faults(p.Faults...)}
	for _, name := range slices.Sorted(maps.Keys(p.Set)) {
		out = append(out, harness.Set(name, p.Set[name]))
	}
	for _, name := range p.Unset {
		out = append(out, harness.Unset(name))
	}
	for _, role := range slices.Sorted(maps.Keys(p.RoleAllow)) {
		out = append(out, harness.RoleAllow(role, p.RoleAllow[role]...))
	}
	for _, source := range slices.Sorted(maps.Keys(p.Lifetime)) {
		out = append(out, harness.Lifetime(source, p.Lifetime[source]))
	}
	for _, name := range p.Buckets {
		out = append(out, harness.Bucket(name))
	}
	if p.Baked {
		out = append(out, harness.Baked())
	}
	if p.AtInit {
		out = append(out, harness.AtInit())
	}
	return out
}

func (p Project) user() []harness.UserOption {
	out := []harness.UserOption{harness.Allow(p.allow()...)}
	switch {
	case p.KeyAs == nil:
		// Names that nobody has chosen: a program that reads others is none the worse.
		out = append(out, harness.KeyAs(DefaultKeyAs[0], DefaultKeyAs[1]), harness.Example())
	case len(p.KeyAs) == 2:
		out = append(out, harness.KeyAs(p.KeyAs[0], p.KeyAs[1]))
	}
	if p.BearerAs != "" {
		out = append(out, harness.BearerAs(p.BearerAs))
	}
	return out
}

func (p Project) allow() []string {
	if p.Allow == nil {
		return []string{"*"}
	}
	return p.Allow
}

// Check finds what can have no effect on any of the hosts, and names that cannot
// be.
func (p Project) Check(hosts []*fixtures.Host) error {
	if len(p.KeyAs) != 0 && len(p.KeyAs) != 2 {
		return fmt.Errorf("the user's key needs two names, one for its id and one for its secret; got %s",
			cmp.Or(strings.Join(p.KeyAs, ","), "none"))
	}
	for role, actions := range p.RoleAllow {
		if slices.Contains(actions, "") || len(actions) == 0 {
			return fmt.Errorf("role %s: name the IAM actions that it may do, such as s3:*", cmp.Or(role, `""`))
		}
	}
	if slices.Contains(p.Allow, "") {
		return fmt.Errorf("an IAM action of the user is empty: write actions such as s3:*, or leave it out for all")
	}
	for _, n := range p.perHost() {
		if err := n.check(hosts); err != nil {
			return err
		}
	}
	return nil
}
