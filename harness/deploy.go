package harness

import (
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// This file lays a deployment out: identities at the mock, then the environment
// that subjects find.

// seed makes the project's users and the platform's own identity at the mock.
func (d *Deployment) seed(ctx context.Context) error {
	project := iam.AccountSeed{ID: d.settings.account}
	for _, u := range d.settings.users {
		project.Users = append(project.Users, iam.UserSeed{Name: u.name, Allow: u.allow, Deny: u.deny, Keys: []iam.KeySeed{{}}})
		if u.bearerVar != "" {
			project.BedrockAPIKeys = append(project.BedrockAPIKeys, iam.BedrockKeySeed{User: u.name})
		}
	}
	seed := mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{project}}}
	if p := d.host.Platform; p != nil {
		// The platform's principal is another one than the user's, and may do
		// nothing: what a host injects for itself carries no permission.
		seed.Accounts = append(seed.Accounts, iam.AccountSeed{
			ID: p.Account, Roles: []iam.RoleSeed{{Name: p.Role, TrustService: []string{p.TrustedService()}}},
			Sessions: []iam.SessionSeed{{Role: p.Role, Name: p.Session, TokenLength: p.TokenLength}},
		})
	}
	applied, err := d.mock.Admin.Seed(ctx, seed)
	if err != nil {
		return err
	}
	d.applied = applied
	for _, more := range d.settings.seeds {
		extra, err := d.mock.Admin.Seed(ctx, more)
		if err != nil {
			return err
		}
		d.applied.Keys = append(d.applied.Keys, extra.Keys...)
		d.applied.Sessions = append(d.applied.Sessions, extra.Sessions...)
	}
	for _, k := range d.applied.Keys {
		d.secrets[k.KeyID] = k.Secret
	}
	for _, s := range d.applied.Sessions {
		d.secrets[s.KeyID] = s.Secret
	}
	return nil
}

// values are what the placeholders of fixtures and settings stand for.
func (d *Deployment) values() map[string]string {
	v := map[string]string{"region": d.region(), "project.name": "app", "project.account": d.settings.account}
	if len(d.applied.Keys) > 0 && len(d.settings.users) > 0 {
		v["user.accessKeyId"], v["user.secretAccessKey"] = d.applied.Keys[0].KeyID, d.applied.Keys[0].Secret
	}
	if p := d.host.Platform; p != nil {
		for _, s := range d.applied.Sessions {
			if s.AccountID == p.Account {
				v["platform.accessKeyId"], v["platform.secretAccessKey"], v["platform.sessionToken"] = s.KeyID, s.Secret, s.Token
				v["platform.roleArn"] = s.RoleARN
			}
		}
	}
	return v
}

func (d *Deployment) region() string {
	if d.settings.region != "" {
		return d.settings.region
	}
	return d.host.Region
}

// build puts the environment together: what any process needs, what the host
// sets, what the project sets over it, and the wiring.
func (d *Deployment) build() error {
	d.env = &Environment{}
	values := d.values()
	d.setBase()
	if err := d.setHost(values); err != nil {
		return err
	}
	if err := d.setProject(values); err != nil {
		return err
	}
	for _, name := range d.settings.unset {
		d.env.unset(name)
	}
	return nil
}

func (d *Deployment) setBase() {
	base := map[string]string{"PATH": os.Getenv("PATH"), "HOME": d.dir, "TMPDIR": d.dir, "LANG": "C.UTF-8"}
	if runtime.GOOS == "windows" {
		base["SystemRoot"], base["USERPROFILE"] = os.Getenv("SystemRoot"), d.dir
	}
	for name, value := range base {
		d.env.set(Variable{Name: name, Value: value, SetBy: ByBase})
	}
}

func (d *Deployment) setHost(values map[string]string) error {
	for _, v := range d.host.Variables {
		value, err := v.Expand(values)
		if err != nil {
			return err
		}
		p := v.Provenance
		d.env.set(Variable{Name: v.Name, Value: value, SetBy: SetBy(v.SetBy), Provenance: &p})
	}
	return nil
}

// setProject lays the project's variables over the host's, name by name, and
// refuses the names that the host reserves.
func (d *Deployment) setProject(values map[string]string) error {
	for i, u := range d.settings.users {
		if u.idVar != "" {
			d.settings.set = append(d.settings.set,
				assignment{u.idVar, d.applied.Keys[i].KeyID}, assignment{u.secretVar, d.applied.Keys[i].Secret})
		}
	}
	bearers := 0
	for _, u := range d.settings.users {
		if u.bearerVar != "" {
			d.settings.set = append(d.settings.set, assignment{u.bearerVar, d.applied.BedrockAPIKeys[bearers].Secret})
			bearers++
		}
	}
	for _, a := range d.settings.set {
		if err := d.host.CheckProjectVariable(a.name); err != nil {
			return &SettingError{err.Error()}
		}
		value, err := expand(a, values)
		if err != nil {
			return err
		}
		d.env.set(Variable{Name: a.name, Value: value, SetBy: ByUser})
	}
	return nil
}

// ours recognises placeholders; other "${...}" in a value are the project's own
// business.
var ours = regexp.MustCompile(`\$\{((?:user|platform|project)\.[^}]*|region)\}`)

func expand(a assignment, values map[string]string) (string, error) {
	var err error
	out := ours.ReplaceAllStringFunc(a.value, func(p string) string {
		value, ok := values[p[2:len(p)-1]]
		if !ok && err == nil {
			err = &SettingError{fmt.Sprintf("variable %s: this deployment has nothing for %s; it has %s", a.name, p,
				strings.Join(slices.Sorted(maps.Keys(values)), ", "))}
		}
		return value
	})
	return out, err
}

// Principal is the ARN of one of the deployment's users.
func (d *Deployment) Principal(user string) string {
	i := slices.IndexFunc(d.applied.Keys, func(k iam.AppliedKey) bool { return k.User == user })
	if i < 0 {
		return fmt.Sprintf("(the deployment has no user %q)", user)
	}
	return d.applied.Keys[i].Principal
}
