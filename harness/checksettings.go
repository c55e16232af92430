package harness

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
)

// This file refuses settings that could have no effect: whoever writes them
// means something, and would be told nothing.

// settingProblem is a SettingError.
func settingProblem(format string, args ...any) error {
	return &SettingError{fmt.Sprintf(format, args...)}
}

// check finds what is wrong with settings whatever the host is.
func (s *settings) check() error {
	if s.wrong != nil {
		return s.wrong
	}
	if s.timeout <= 0 {
		return settingProblem("a time of %v is none: give the program more than 0, such as %v", s.timeout, DefaultTimeout)
	}
	for _, a := range s.set {
		if a.name == "" || strings.ContainsAny(a.name, "=\x00") {
			return settingProblem("%q is no name of a variable: want NAME=VALUE", a.name)
		}
	}
	for _, u := range s.users {
		if err := u.check(); err != nil {
			return err
		}
	}
	for _, seed := range s.seeds {
		for _, b := range seed.Buckets {
			if err := CheckBucketName(b.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// check finds names of variables that cannot be, and two that are one.
func (u *userSettings) check() error {
	for _, name := range []string{u.idVar, u.secretVar, u.bearerVar} {
		if name != "" && !variableName.MatchString(name) {
			return settingProblem("user %s: %q is no name of a variable: use letters, digits and _", u.name, name)
		}
	}
	switch {
	case (u.idVar == "") != (u.secretVar == ""):
		return settingProblem("user %s: the key needs two names, one for its id and one for its secret", u.name)
	case u.idVar != "" && u.idVar == u.secretVar:
		return settingProblem("user %s: the key's id and its secret cannot both be in %s: give two names", u.name, u.idVar)
	}
	return nil
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// bucketRules are S3's rules for the names of general purpose buckets.
const bucketRules = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// Beginnings and ends of names that S3 keeps for itself.
var (
	keptPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	keptSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// CheckBucketName refuses a name that no S3 bucket can have, and says which of
// S3's rules it breaks.
func CheckBucketName(name string) error {
	broken := func(rule string) error {
		return settingProblem("no S3 bucket can be named %q: %s (%s)", name, rule, bucketRules)
	}
	switch {
	case !bucketName.MatchString(name):
		return broken("3 to 63 small letters, digits, dots and hyphens, with a letter or digit at both ends")
	case strings.Contains(name, ".."):
		return broken("no two dots in a row")
	case net.ParseIP(name) != nil:
		return broken("not in the form of an IP address")
	}
	for _, prefix := range keptPrefixes {
		if strings.HasPrefix(name, prefix) {
			return broken("not with " + prefix + " in front")
		}
	}
	for _, suffix := range keptSuffixes {
		if strings.HasSuffix(name, suffix) {
			return broken("not with " + suffix + " at the end")
		}
	}
	return nil
}

// everyRole stands for each role of a host, whatever its name.
const everyRole = "*"

// resolveRoles gives the settings of roles the fixture's names, and refuses
// roles that the host does not have. Those in former were checked before, for
// another host.
func (s *settings) resolveRoles(h *fixtures.Host, former *settings) error {
	var err error
	if s.roleAllow, err = resolve(h, s.roleAllow, former.roleAllow, slices.Concat[[]string]); err != nil {
		return err
	}
	last := func(texts ...string) string { return texts[len(texts)-1] }
	if s.roleIs, err = resolve(h, s.roleIs, former.roleIs, last); err != nil {
		return err
	}
	s.roleTrust, err = resolve(h, s.roleTrust, former.roleTrust, last)
	return err
}

func resolve[T any](h *fixtures.Host, of, former map[string]T, join func(...T) T) (map[string]T, error) {
	out := map[string]T{}
	add := func(name string, value T) {
		if there, twice := out[name]; twice {
			value = join(there, value)
		}
		out[name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		roles := rolesOf(h, name)
		for _, r := range roles {
			add(r.Name, of[name])
		}
		if _, checked := former[name]; len(roles) > 0 || checked {
			continue
		}
		return nil, noRole(h, name)
	}
	return out, nil
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

// checkUnset refuses names that nothing has set.
func (d *Deployment) checkUnset(env *Environment) error {
	var known []string
	for _, v := range d.host.Variables {
		known = append(known, v.Name)
	}
	known = slices.Concat(known, env.Removed(), env.Hidden())
	for _, v := range env.Variables() {
		if v.SetBy != ByWiring {
			known = append(known, v.Name)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, name := range d.settings.unset {
		if !slices.Contains(known, name) {
			return settingProblem("unset %s has no effect: on host %s nothing sets it%s There are: %s", cmp.Or(name, `""`),
				d.host.Name, fixtures.DidYouMean(name, known), strings.Join(known, ", "))
		}
	}
	return nil
}

// CheckTimeout refuses a time in which nothing can run.
func CheckTimeout(d time.Duration) error {
	s := settings{timeout: d}
	return s.check()
}
