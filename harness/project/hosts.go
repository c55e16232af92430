package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/fault"
)

// This file tells for which hosts a setting is meant: one that names a role, a
// source, an endpoint or a variable holds where the host has it, and is an error
// where none of the hosts does.

// named is a setting by the name that it needs on a host.
type named struct {
	what  string // "role"
	name  string
	on    func(h *fixtures.Host) bool
	known func(h *fixtures.Host) []string
}

// check is nil if one of the hosts has the name.
func (n named) check(hosts []*fixtures.Host) error {
	if len(hosts) == 0 || slices.ContainsFunc(hosts, n.on) {
		return nil
	}
	var known []string
	for _, h := range hosts {
		known = append(known, n.known(h)...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	where := "host " + hosts[0].Name + " has no"
	if len(hosts) > 1 {
		where = fmt.Sprintf("none of the %d hosts has a", len(hosts))
	}
	if len(known) == 0 {
		return fmt.Errorf("%s %s %q: there is no %s at all", where, n.what, n.name, n.what)
	}
	return fmt.Errorf("%s %s %q%s There are: %s",
		where, n.what, n.name, fixtures.DidYouMean(n.name, known), strings.Join(known, ", "))
}

// perHost are the settings that need something of a host.
func (p Project) perHost() (out []named) {
	for _, role := range slices.Sorted(maps.Keys(p.RoleAllow)) {
		out = append(out, roleNamed(role))
	}
	for _, role := range slices.Sorted(maps.Keys(p.Roles)) {
		out = append(out, roleNamed(role))
	}
	for _, name := range p.WithoutRole {
		out = append(out, roleEndpointNamed(name))
	}
	for _, name := range slices.Sorted(maps.Keys(p.Issuers)) {
		out = append(out, issuerNamed(name))
	}
	for _, source := range slices.Sorted(maps.Keys(p.Lifetime)) {
		out = append(out, sourceNamed(source))
	}
	for _, name := range p.Unset {
		out = append(out, p.variableNamed(name))
	}
	for _, text := range p.Faults {
		if n, ok := endpointNamed(text); ok {
			out = append(out, n)
		}
	}
	return out
}

func roleNamed(role string) named {
	return named{"role", role, func(h *fixtures.Host) bool {
		_, ok := h.RoleCalled(role)
		return ok || role == "*" && len(h.Roles) > 0
	}, func(h *fixtures.Host) (names []string) {
		for _, r := range h.Roles {
			names = append(names, r.Name, r.RoleName)
		}
		return names
	}}
}

// sources are the names of what hands out credentials on a host.
func sources(h *fixtures.Host) (names []string) {
	for _, e := range h.Endpoints {
		names = append(names, e.Name)
	}
	for _, s := range h.Sessions {
		names = append(names, s.Name)
	}
	return append(names, STS)
}

// STS is the source of the sessions that STS gives on any host, for Lifetime: they
// end after it at the latest, whatever the program asks for. A host's own source of
// this name has its own lifetime, too.
const STS = "sts"

func sourceNamed(source string) named {
	return named{"source of credentials", source,
		func(h *fixtures.Host) bool { return slices.Contains(sources(h), source) }, sources}
}

func roleEndpointNamed(name string) named {
	known := func(h *fixtures.Host) (names []string) {
		for _, e := range h.Endpoints {
			names = append(names, e.Name)
		}
		return names
	}
	return named{"endpoint", name, func(h *fixtures.Host) bool { return slices.Contains(known(h), name) }, known}
}

func issuerNamed(name string) named {
	known := func(h *fixtures.Host) (names []string) {
		for _, i := range h.Issuers {
			names = append(names, i.Name)
		}
		return names
	}
	return named{"issuer", name, func(h *fixtures.Host) bool { return slices.Contains(known(h), name) }, known}
}

// everywhere are the variables of any process.
var everywhere = []string{"HOME", "LANG", "PATH", "TMPDIR"}

func (p Project) variableNamed(name string) named {
	known := func(h *fixtures.Host) []string {
		names := slices.Concat(everywhere, slices.Collect(maps.Keys(p.Set)), p.keyAs())
		for _, v := range h.Variables {
			names = append(names, v.Name)
		}
		return names
	}
	return named{"variable", name, func(h *fixtures.Host) bool { return slices.Contains(known(h), name) }, known}
}

// keyAs are the names of variables that hold the users' credentials.
func (p Project) keyAs() (names []string) {
	for _, u := range p.WithUser().Users {
		names = append(names, u.Key...)
		if u.Bearer != "" {
			names = append(names, u.Bearer)
		}
	}
	return names
}

// endpointNamed is the endpoint that a fault is of; false for faults of calls and
// names, which are the same on all hosts, and for texts that are no fault.
func endpointNamed(text string) (named, bool) {
	spec, err := fault.Parse(text)
	if err != nil {
		return named{}, false
	}
	endpoint, _, _ := strings.Cut(spec.Target, "/")
	if strings.ContainsAny(endpoint, ":*") {
		return named{}, false
	}
	known := func(h *fixtures.Host) (names []string) {
		for _, e := range h.Endpoints {
			names = append(names, e.Name, e.Kind)
		}
		return names
	}
	on := func(h *fixtures.Host) bool { return slices.Contains(known(h), endpoint) }
	return named{"endpoint", endpoint, on, known}, true
}

// On is the project on a host among others: without what the host does not have.
func (p Project) On(h *fixtures.Host) Project {
	p = p.Clone()
	lacks := func(n named) bool { return !n.on(h) }
	maps.DeleteFunc(p.RoleAllow, func(role string, _ []string) bool { return lacks(roleNamed(role)) })
	maps.DeleteFunc(p.Roles, func(role string, _ Role) bool { return lacks(roleNamed(role)) })
	maps.DeleteFunc(p.Lifetime, func(source string, _ time.Duration) bool { return lacks(sourceNamed(source)) })
	maps.DeleteFunc(p.Issuers, func(name string, _ Issuer) bool { return lacks(issuerNamed(name)) })
	p.Unset = slices.DeleteFunc(p.Unset, func(name string) bool { return lacks(p.variableNamed(name)) })
	p.WithoutRole = slices.DeleteFunc(p.WithoutRole, func(name string) bool { return lacks(roleEndpointNamed(name)) })
	p.Faults = slices.DeleteFunc(p.Faults, func(text string) bool {
		n, ok := endpointNamed(text)
		return ok && lacks(n)
	})
	return p
}
