package deploy

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws/fault"
)

// This file refuses settings that could have no effect: their author
// means something, and would be told nothing.

// settle writes out the project's short forms and defaults, and refuses what is
// wrong whatever the host is.
func (s *Settings) settle() error {
	if problems := s.Problems(); len(problems) > 0 {
		return &SettingError{problems[0].Error()}
	}
	s.Project = s.Normal()
	s.Account = cmp.Or(s.Account, DefaultAccount)
	if s.Timeout == nil {
		d := DefaultTimeout
		s.Timeout = &d
	}
	s.passThrough = nil
	for _, text := range s.PassThrough {
		p, err := isolation.ParsePassThrough(text)
		if err != nil {
			return &SettingError{err.Error()}
		}
		s.passThrough = append(s.passThrough, p)
	}
	if err := s.settlePaths(); err != nil {
		return err
	}
	for _, text := range s.Project.Faults {
		spec, err := fault.Parse(text)
		if err != nil {
			return &SettingError{err.Error()}
		}
		s.Planned = append(s.Planned, planned(spec))
	}
	s.Project.Faults = nil // so that Redeploy does not plan them again
	return nil
}

// everyRole stands for each role of a host, whatever its name.
const everyRole = "*"

// resolveRoles gives the settings of roles the fixture's names, and refuses
// roles that the host does not have. Those in former were checked before, for
// another host.
func (s *Settings) resolveRoles(h *fixtures.Host, former *Settings) error {
	out := map[string]project.Role{}
	for _, name := range slices.Sorted(maps.Keys(s.Roles)) {
		roles := rolesOf(h, name)
		for _, r := range roles {
			out[r.Name] = joinRoles(out[r.Name], s.Roles[name])
		}
		if _, checked := former.Roles[name]; len(roles) == 0 && !checked {
			return noRole(h, name)
		}
	}
	s.Roles = out
	return nil
}

// joinRoles is what two names of one role say of it.
func joinRoles(a, b project.Role) project.Role {
	return project.Role{
		Allow: slices.Concat(a.Allow, b.Allow), Policies: slices.Concat(a.Policies, b.Policies),
		Trust: cmp.Or(b.Trust, a.Trust), Is: cmp.Or(b.Is, a.Is),
	}
}

// rolesOf are the roles that a name means: the fixture's name, the one in IAM, or
// "*" for all.
func rolesOf(h *fixtures.Host, name string) []fixtures.Role {
	if name == everyRole {
		return h.Roles
	}
	if r, ok := h.RoleCalled(name); ok {
		return []fixtures.Role{r}
	}
	return nil
}

func noRole(h *fixtures.Host, name string) error {
	if len(h.Roles) == 0 {
		return settingProblem("host %s has no role %q: it has no role at all", h.Name, name)
	}
	var known, names []string
	for _, r := range h.Roles {
		text := r.Name
		if r.RoleName != r.Name {
			text += " (" + r.RoleName + " in IAM)"
		}
		known, names = append(known, text), append(names, r.Name, r.RoleName)
	}
	return settingProblem("host %s has no role %q%s It has: %s", h.Name, name, fixtures.DidYouMean(name, names),
		strings.Join(known, ", "))
}

// planned is a fault that was written down.
func planned(spec fault.Spec) project.Planned {
	if name, ok := strings.CutPrefix(spec.Target, "dns:"); ok {
		return project.Planned{Plane: fault.Names, Fault: spec.Fault.Of(name)}
	}
	endpoint, path, hasPath := strings.Cut(spec.Target, "/")
	if strings.ContainsAny(endpoint, ":*") {
		return project.Planned{Plane: fault.Calls, Fault: spec.Fault.On(spec.Target)}
	}
	out := project.Planned{Plane: fault.Endpoints, Endpoint: endpoint, Fault: spec.Fault}
	if hasPath {
		out.Fault = out.Fault.At("", "/"+path)
	}
	return out
}
