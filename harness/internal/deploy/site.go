package deploy

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
)

// site is what all parts of a deployment read: the host, and the project that is
// deployed there. A new deployment of the project changes it in its place.
type site struct {
	host    *fixtures.Host
	project *project.Project
}

func (st *site) region() string {
	if st.project.Region != "" {
		return st.project.Region
	}
	return st.host.Region
}

// staticValues are the placeholders that are known before anything is seeded.
func (st *site) staticValues() map[string]string {
	account := st.project.Account
	v := map[string]string{
		"region": st.region(), "project.name": projectName, "project.team": projectTeam, "project.account": account,
	}
	for _, r := range st.host.Roles {
		name, path := st.roleOf(&r)
		v["role."+r.Name+".arn"] = "arn:aws:iam::" + st.accountOf(&r) + ":role" + rolePath(path) + name
	}
	for _, i := range st.host.Issuers {
		url, err := st.host.Expand(i.URL, v)
		if err != nil {
			continue // reported where it is needed
		}
		v["issuer."+i.Name+".url"] = url
		v["issuer."+i.Name+".host"] = strings.TrimPrefix(url, "https://")
		v["issuer."+i.Name+".arn"] = "arn:aws:iam::" + account + ":oidc-provider/" + strings.TrimPrefix(url, "https://")
	}
	return v
}

// accountOf is the account that one of the host's roles is in.
func (st *site) accountOf(r *fixtures.Role) string { return cmp.Or(r.Account, st.project.Account) }

// roleOf is the name and the path in IAM of one of the host's roles.
func (st *site) roleOf(r *fixtures.Role) (name, path string) {
	if is := st.project.Roles[r.Name].Is; is != "" {
		return is, "/"
	}
	return r.RoleName, r.Path
}

// The names that placeholders stand for.
const (
	projectName = "app"
	projectTeam = "acme"
)

func rolePath(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func (st *site) has(what, name string, there []string) error {
	switch {
	case slices.Contains(there, name):
		return nil
	case len(there) == 0:
		return &SettingError{fmt.Sprintf("host %s has no %s %q: it has none", st.host.Name, what, name)}
	default:
		return &SettingError{fmt.Sprintf("host %s has no %s %q: it has %s", st.host.Name, what, name,
			strings.Join(there, ", "))}
	}
}

// hostVariable is the value of a variable as the fixture has it.
func (st *site) hostVariable(name string) (string, bool) {
	i := slices.IndexFunc(st.host.Variables, func(v fixtures.Variable) bool { return v.Name == name })
	if i < 0 {
		return "", false
	}
	return st.host.Variables[i].Value, true
}

// lifetime is how long credentials of a source last: as set, or else as the
// fixture has it.
func (st *site) lifetime(source, fixture string) string {
	if set, ok := st.project.Lifetime[source]; ok {
		return set.String()
	}
	return fixture
}

// addresses returns an endpoint's addresses, without placeholders.
func (st *site) addresses(e fixtures.Endpoint) ([]string, error) {
	var out []string
	for _, a := range e.Addresses {
		address, err := st.host.Expand(a, st.staticValues())
		if err != nil {
			return nil, err
		}
		out = append(out, address)
	}
	return out, nil
}

// at is the first address of an endpoint.
func (st *site) at(e fixtures.Endpoint) string {
	at, err := st.host.Expand(e.Addresses[0], st.staticValues())
	if err != nil {
		return e.Addresses[0]
	}
	return at
}

// theUser is the project's user, the first one, for what the host hands out as
// the user's.
func (st *site) theUser(what string) (string, error) {
	if len(st.project.Users) == 0 {
		return "",
			&SettingError{fmt.Sprintf("host %s has a %s of the project's user: give the deployment one (harness.User)",
				st.host.Name, what)}
	}
	return st.project.Users[0].Name, nil
}

// issuerHosts are the hostnames of the host's issuers, which the sandbox leads
// to the mock.
func (st *site) issuerHosts() (names []string) {
	values := st.staticValues()
	for _, i := range st.host.Issuers {
		if u, err := url.Parse(values["issuer."+i.Name+".url"]); err == nil && u.Hostname() != "" {
			names = append(names, u.Hostname())
		}
	}
	return names
}

// projectKeys are the names under which projects on this host keep a user's
// key, unless the deployment says names of its own.
func (st *site) projectKeys() []fixtures.Variable {
	if len(st.project.Users) == 0 {
		return nil
	}
	if id, _ := st.project.Users[0].Variables(); id != "" {
		return nil
	}
	return st.host.ProjectKeys
}

// allSeeds are the project's seeds, with its buckets.
func (st *site) allSeeds() []mockaws.Seed {
	if len(st.project.Buckets) == 0 {
		return st.project.Seeds
	}
	var of mockaws.Seed
	for _, name := range st.project.Buckets {
		of.Buckets = append(of.Buckets, mockaws.BucketSeed{Name: name, Account: st.project.Account})
	}
	return append(slices.Clip(st.project.Seeds), of)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
